"""As a table: the coverage, the ledgers, the register sheet."""
