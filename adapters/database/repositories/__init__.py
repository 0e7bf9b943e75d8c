"""One repository for each port."""
