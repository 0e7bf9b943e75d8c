"""Use cases of patients, of those who act for them, and of their portal."""
