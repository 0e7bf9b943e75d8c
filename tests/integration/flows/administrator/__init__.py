"""Use cases of portal administrators."""
