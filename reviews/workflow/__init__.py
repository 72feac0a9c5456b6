"""What next? One table of moves for self-reviews, one for comments."""
