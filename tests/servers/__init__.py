"""Servers that misbehave when they are told to."""
