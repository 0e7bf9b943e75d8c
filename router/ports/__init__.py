"""What the flows need from outside: a protocol for each repository and service, which the adapters implement."""
