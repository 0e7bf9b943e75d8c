"""The room where what happens is counted, for Prometheus."""
