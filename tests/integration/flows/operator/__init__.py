"""Use cases of operators."""
