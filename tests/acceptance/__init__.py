"""What Careroute promises, and faults that must not break it."""
