"""HTTP without a database."""
