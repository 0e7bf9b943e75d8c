"""The doubts that come up while an export is read, for the roster that comes out of it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from router.practice.doubts import Doubts, Narrowing, RecordKind
from router.practice.people import CareTeamMember


def _ids() -> dict[str, set[str]]:
    return defaultdict(set)


@dataclass(slots=True)
class OpenDoubts:
    """Collects doubts; see router.practice.doubts.Doubts for what each means."""

    staying: dict[RecordKind, set[str]] = field(default_factory=lambda: defaultdict(set))
    anybody: set[RecordKind] = field(default_factory=set)
    fields: dict[RecordKind, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(_ids))
    teams: set[str] = field(default_factory=set)
    every_team: bool = False
    left: dict[str, set[str]] = field(default_factory=_ids)
    members: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    closed: set[str] = field(default_factory=set)
    narrowed: list[Narrowing] = field(default_factory=list)

    def keep(self, kind: RecordKind, record: str, *fields: str) -> None:
        """These fields of a record could not be read: where it is known, they stay as they are."""
        self.fields[kind][record].update(fields)

    def settled(self) -> Doubts:
        """The doubts as a document holds them."""
        return Doubts(
            staying={kind: frozenset(ids) for kind, ids in self.staying.items()},
            anybody=frozenset(self.anybody),
            staff_fields=_in_order(self.fields[RecordKind.STAFF]),
            patient_fields=_in_order(self.fields[RecordKind.PATIENTS]),
            teams=frozenset(self.teams),
            every_team=self.every_team,
            left={patient: frozenset(staff) for patient, staff in self.left.items()},
            members={
                patient: tuple(CareTeamMember(staff, role) for staff, role in roles.items())
                for patient, roles in self.members.items()
            },
            closed=frozenset(self.closed),
            narrowed=tuple(self.narrowed),
        )


def _in_order(fields: dict[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {record: _sorted(names) for record, names in fields.items() if names}


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names))
