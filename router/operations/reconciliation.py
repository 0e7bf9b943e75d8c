"""Rows that break a promise, and the slices in which they are looked for."""

from dataclasses import dataclass
from uuid import UUID

# A message: its practice and its id.
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
    """What is wrong with some messages and what belongs to them; `last` of them is None where no more follow."""

    breaches: tuple[Breach, ...]
    last: Key | None
