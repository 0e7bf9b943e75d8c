"""Benchmarks: every figure a ratio to a limit that is measured in the same run."""
