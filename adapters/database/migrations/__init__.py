"""Migrations: additive first, so that old and new processes run side by side."""
