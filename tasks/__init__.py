"""What workers do: each task calls one flow and ends."""
