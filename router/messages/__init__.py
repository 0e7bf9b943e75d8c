"""Messages: writing, routing, conversations, replies and notifications."""
