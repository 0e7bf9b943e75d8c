"""The rooms at the edge of the house; none of them knows another."""
