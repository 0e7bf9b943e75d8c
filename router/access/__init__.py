"""Keys, passwords, sessions and links."""
