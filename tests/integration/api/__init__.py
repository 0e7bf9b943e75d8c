"""The API over all flows on real databases."""
