"""What a reader left out and why, in words that hold no patient data."""

from dataclasses import dataclass, field

from adapters.fhir.files import Entry
from adapters.fhir.resources import Resource


@dataclass(frozen=True, slots=True)
class Skipped:
    """One thing that isn't in the roster.

    The reasons are a small set of fixed sentences, so that they can be counted; `source` and `field` say where.
    """

    type: str
    """The type of the resource, as in `CareTeam`; `File` for a file that holds none."""
    source: str
    """The id of the resource, or `FILE:LINE` where it has none, or the name of a whole file."""
    reason: str
    field: str = ""
    """The dotted path of what was left out; empty when it is the resource itself."""


@dataclass(slots=True)
class Report:
    """Collects what is left out while an export is read."""

    skipped: list[Skipped] = field(default_factory=list)

    def skip(self, entry: Entry[Resource], reason: str, path: str = "") -> None:
        """Note that a resource, or a part of it, is left out."""
        self.skipped.append(Skipped(entry.type, entry.source, reason, path))
