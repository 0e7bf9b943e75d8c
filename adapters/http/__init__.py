"""The HTTP interface: one file a subject, and what they share."""
