"""Where nobody would get a message."""
