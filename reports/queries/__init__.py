"""Reads across all rooms."""
