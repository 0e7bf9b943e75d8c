"""Email over real connections on loopback."""
