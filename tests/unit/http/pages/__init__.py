"""Pages without a database."""
