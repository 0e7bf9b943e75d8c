"""`careroute demo`: a sample practice, two hundred sample messages, and a report of who got each one and why."""
