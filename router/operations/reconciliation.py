"""Rows that break a promise."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Breach:
    """A row that breaks a promise: its number, the practice, the thing's id, and what is wrong."""

    promise: int
    practice: str
    id: str
    problem: str
