"""Email without a network."""
