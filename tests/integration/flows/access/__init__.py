"""Use cases of keys, sign-ins, sessions and links."""
