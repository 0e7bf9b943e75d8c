"""Who gets a message, and why: the policy of Careroute, in pure Python."""
