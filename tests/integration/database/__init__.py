"""Migrations, plans and transactions on both databases."""
