"""What all pages share: rendering, sessions, protection against forged requests, static files."""
