"""The machinery of the database that needs none."""
