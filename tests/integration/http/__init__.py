"""HTTP over all flows on real databases."""
