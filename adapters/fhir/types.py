"""The types of resources that are read."""

READ_TYPES = ("Patient", "Practitioner", "PractitionerRole", "Location", "Organization", "CareTeam")
