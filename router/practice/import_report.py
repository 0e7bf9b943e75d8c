"""Findings about an import's source: faults, repairs, and what was left out."""

import dataclasses
from collections import Counter
from enum import StrEnum


class Level(StrEnum):
    """How much attention a finding needs, most urgent first."""

    NARROWED = "narrowed"
    """Somebody lost access by a record that could not be read whole."""
    ATTENTION = "attention"
    """Something is missing or wrong, and a person must look at it."""
    KEPT = "kept"
    """Something stays as it is, since what the source says of it could not be read."""
    REPAIRED = "repaired"
    """Something was wrong and has been put right."""
    NORMAL = "normal"
    """Left out because it belongs to no roster, as in every export."""


# The lower, the more urgent.
URGENCY = {level: place for place, level in enumerate(Level)}


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """Something that isn't stored as the source has it. It contains ids and places, never a patient's data.

    The reasons are a small set of fixed sentences, so that they can be counted.
    """

    type: str
    """What it is about: the type of a FHIR resource, a kind of record, or `File`."""
    source: str
    """The id of the record, or `FILE:LINE` where it has none, or the name of a whole file."""
    reason: str
    field: str = ""
    """The dotted path of what is concerned; empty when it is the record itself."""
    file: str = dataclasses.field(default="", compare=False)
    line: int | None = dataclasses.field(default=None, compare=False)
    level: Level = dataclasses.field(default=Level.ATTENTION, compare=False)

    def in_words(self) -> str:
        """One line for a terminal, with the file and line where they are known."""
        place = f"{self.file}, line {self.line}" if self.line else self.file
        where = f" ({place})" if place and place != self.source else ""
        return f"{self.type} {self.source} {self.field}".rstrip() + f"{where}: {self.reason}"


def grouped(counts: Counter[tuple[str, str]]) -> list[str]:
    """One line for each reason with its count, most frequent first, from counts by type and reason."""
    return [f"{count} {kind}: {reason}" for (kind, reason), count in counts.most_common()]
