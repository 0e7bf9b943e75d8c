"""The broker: publishing hints. What it carries says only that there is work."""
