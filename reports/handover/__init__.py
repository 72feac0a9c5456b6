"""Handing over a post: what hangs on it across the rooms, the one act that moves it, and what is in nobody's hands."""
