"""Which ones? Reads used more than once: reading, likeness, coverage, waiting."""
