"""Use cases of staff."""
