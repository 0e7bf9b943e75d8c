"""The doubts that come up while an export is read, for the roster that comes out of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
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
    members: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    closed: set[str] = field(default_factory=set)
    narrowed: list[Narrowing] = field(default_factory=list)

    def keep(self, kind: RecordKind, record: str, *fields: str) -> None:
        """These fields of a record could not be read: where it is known, they stay as they are."""
        self.fields[kind][record].update(fields)

    def of_people(self) -> Doubts:
        """What sites and staff are in doubt of, and what goes for all patients; it is no longer open."""
        found = Doubts(
            staying=self._taken_staying(RecordKind.SITES, RecordKind.STAFF),
            anybody=frozenset(self.anybody),
            site_fields=_in_order(self.fields[RecordKind.SITES]),
            staff_fields=_in_order(self.fields[RecordKind.STAFF]),
            every_team=self.every_team,
            closed=frozenset(self.closed),
            narrowed=tuple(self.narrowed),
        )
        self.narrowed.clear()
        return found

    def of_patients(self, left: Mapping[str, frozenset[str]]) -> Doubts:
        """What these patients are in doubt of, and who has left their teams, besides new doubts of any patient.

        It is no longer open.
        """
        fields = self.fields.pop(RecordKind.PATIENTS, {})
        found = Doubts(
            staying=self._taken_staying(RecordKind.PATIENTS),
            patient_fields=_in_order(fields),
            teams=frozenset(left.keys() & self.teams),
            left={patient: staff for patient, staff in left.items() if staff},
            members={
                patient: tuple(CareTeamMember(staff, role) for staff, role in self.members[patient].items())
                for patient in left.keys() & self.members.keys()
            },
            narrowed=tuple(self.narrowed),
        )
        self.narrowed.clear()
        return found

    def _taken_staying(self, *kinds: RecordKind) -> dict[RecordKind, frozenset[str]]:
        return {kind: frozenset(self.staying.pop(kind, set())) for kind in kinds}


def _in_order(fields: dict[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {record: _sorted(names) for record, names in fields.items() if names}


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names))
