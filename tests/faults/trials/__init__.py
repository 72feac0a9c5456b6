"""The trials; `catalogue.TRIALS` lists them."""
