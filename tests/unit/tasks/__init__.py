"""What workers do, without a broker."""
