"""Counting ballots and what of it may be shown."""
