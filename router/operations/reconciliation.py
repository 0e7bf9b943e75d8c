"""Rows that break a promise, and the slices in which they are looked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

# A message or a notification: its practice and its id.
Key = tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class Breach:
    """A row that breaks a promise: its number, the practice, the thing's id, and what is wrong."""

    promise: int
    practice: str
    id: str
    problem: str


@dataclass(frozen=True, slots=True)
class Slice:
    """What is wrong with some rows and what belongs to them; `last` of them is None where no more follow.

    `counted` says how many rows were looked at, by what they are.
    """

    breaches: tuple[Breach, ...]
    last: Key | None
    counted: Mapping[str, int]
