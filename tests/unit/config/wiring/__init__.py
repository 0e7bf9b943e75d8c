"""What the wiring adds of its own."""
