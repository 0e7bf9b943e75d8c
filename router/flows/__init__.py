"""The use cases, a file each. A flow owns its transaction: one unit of work, one commit."""
