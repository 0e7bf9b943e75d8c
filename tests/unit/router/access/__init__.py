"""Keys, sign-ins and sessions."""
