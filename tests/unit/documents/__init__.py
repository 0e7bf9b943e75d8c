"""Documents that come in from outside."""
