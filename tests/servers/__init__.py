"""Real servers for tests, and servers that misbehave when they are told to."""
