"""Who must know: letters and reminders of self-reviews, comments and evaluation. Found by the schedule at start-up."""

from reviews.reminders import comments, evaluations, self_reviews

__all__ = ["comments", "evaluations", "self_reviews"]
