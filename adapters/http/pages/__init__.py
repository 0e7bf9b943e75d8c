"""The pages for people: a file a subject, its templates and what browsers load beside them."""
