"""Putting the rooms together, a file a process; the only place that knows both the settings and the adapters."""
