"""Who would get a message, and where nobody would."""
