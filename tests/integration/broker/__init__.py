"""HTTP and its documents without a database."""
