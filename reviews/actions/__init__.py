"""Do it: rounds, self-reviews, comments."""
