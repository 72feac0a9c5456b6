"""Pages of self-reviews: the list, writing, reading, one and its moves."""
