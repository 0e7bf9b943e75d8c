"""What workers do: tasks that call one flow each, the timed sweep and the intake, and how a worker starts and stops."""
