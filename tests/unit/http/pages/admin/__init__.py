"""The operators' pages, without a database."""
