"""Builders of sample data for tests."""
