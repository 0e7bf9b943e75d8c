"""What operators and administrators watch."""
