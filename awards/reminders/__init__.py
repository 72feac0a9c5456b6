"""Who must know: letters and reminders of rounds, nominations, notices, honours, model posts and summaries. Found by the schedule at start-up."""

from awards.reminders import honours, nominations, notices, posts, rounds, summaries

__all__ = ["honours", "nominations", "notices", "posts", "rounds", "summaries"]
