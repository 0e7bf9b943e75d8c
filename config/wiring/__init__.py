"""Builds each kind of process from the settings, the adapters and the flows, a file each."""
