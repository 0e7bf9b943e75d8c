"""The policy, without any I/O."""
