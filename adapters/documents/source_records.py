"""The records of a roster as they come out of a source, before anything is made of them."""

from dataclasses import dataclass

from adapters.documents.fields import invisible_in
from adapters.documents.repeated_keys import RepeatedKey
from router.practice.doubts import RecordKind
from router.practice.roster_rules import ID_LIMIT
from router.text import problem_with


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A record as it came in, and where it stood: in a line of the file, or at a path in it.

    `missing` names fields that its source doesn't have at all, `repeated` those that it has more than once.
    """

    kind: RecordKind
    value: object
    file: str
    line: int | None = None
    path: str = ""
    missing: tuple[str, ...] = ()
    repeated: tuple[RepeatedKey, ...] = ()

    @property
    def in_doubt(self) -> set[str]:
        """The fields of which it can't be told what they say, since a key occurs in them with different values."""
        return {str(one.place[0]) for one in self.repeated if not one.is_same}


@dataclass(frozen=True, slots=True)
class TeamDoubts:
    """The patients of whose care team a line could not be read, or that it may be anybody's."""

    patients: frozenset[str] = frozenset()
    everybody: bool = False


def id_of(value: object) -> str | None:
    """The id of a record, if it has one that can be used."""
    found = value.get("id") if isinstance(value, dict) else None
    is_usable = isinstance(found, str) and problem_with(found, ID_LIMIT) is None and invisible_in(found.strip()) is None
    return found.strip() if isinstance(found, str) and is_usable else None
