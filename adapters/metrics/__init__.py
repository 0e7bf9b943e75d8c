"""Counters, durations and connections of a process, for Prometheus."""
