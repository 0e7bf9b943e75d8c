"""A practice: its people, sites, topics, absences and roster."""
