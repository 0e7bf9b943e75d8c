"""Faults made on real servers and processes, and the judgement of what came of them.

The tests make each of them on its own and a mix of all; `make chaos` makes a random mix for five minutes.
"""
