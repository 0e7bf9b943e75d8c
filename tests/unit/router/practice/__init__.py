"""People, topics, absences and the roster."""
