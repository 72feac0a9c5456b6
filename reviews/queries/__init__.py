"""Which ones, and how they stand together. Each function says how many queries it costs."""
