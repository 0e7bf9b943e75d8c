"""What all pages share: rendering, sessions, protection against forged requests, staff search, static files."""
