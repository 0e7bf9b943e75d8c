"""What the calls answer: one response model for each kind of answer, and how it is made of the router's values."""
