"""What the broker carries, without a broker."""
