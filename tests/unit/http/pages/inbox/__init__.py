"""The inbox pages, without a database."""
