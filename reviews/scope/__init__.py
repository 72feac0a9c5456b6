"""Which rounds, self-reviews and comments a person sees, and which wait for him. ``visible_to`` is the only door to rows."""
