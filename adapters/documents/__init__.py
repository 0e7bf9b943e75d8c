"""The JSON documents that come in over HTTP, the command line and the broker: their shapes, and reading them."""
