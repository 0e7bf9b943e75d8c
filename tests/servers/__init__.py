"""Real servers for tests and benchmarks, and SMTP servers that misbehave when they are told to.

The only part of `tests` that may be imported from elsewhere: `bench` uses it, too.
"""
