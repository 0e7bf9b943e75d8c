"""The commands that people type; a file a group."""
