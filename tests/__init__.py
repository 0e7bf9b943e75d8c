"""The tests of Careroute."""
