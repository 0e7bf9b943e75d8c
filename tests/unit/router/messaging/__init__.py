"""What a portal administrator sets."""
