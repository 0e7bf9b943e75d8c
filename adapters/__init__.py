"""What Careroute is connected to, a package each; none of them imports another."""
