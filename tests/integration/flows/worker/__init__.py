"""Use cases of workers."""
