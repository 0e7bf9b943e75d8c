"""Use cases of patients and those who act for them."""
