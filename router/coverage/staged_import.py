"""An import of a roster in pieces, applied in steps: its progress, and what it has done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import reduce
from uuid import UUID

from router.actors import Actor
from router.coverage.departures import Impact
from router.coverage.gaps import Gap
from router.errors import FieldError
from router.practice.doubts import RecordKind
from router.practice.people import Patient
from router.practice.roster import Changes, Mode, Record, RosterChange
from router.practice.staged_roster import SharedDoubts

# Of charts that were merged, or aren't any more, so many are named.
MOST_LINKS = 100


class ImportState(StrEnum):
    """Where an import is."""

    OPEN = "open"
    """It takes in parts."""
    APPLYING = "applying"
    APPLIED = "applied"
    REFUSED = "refused"


class Phase(StrEnum):
    """What is being applied, in this order."""

    PEOPLE = "people"
    """Sites and staff who are new or change."""
    PATIENTS = "patients"
    """Patients who are new or change, slice by slice."""
    LEAVERS = "leavers"
    """Everybody who is deactivated, and sites that are hidden, in one transaction."""


@dataclass(frozen=True, slots=True)
class KindCounts:
    """What happened to one kind of record."""

    created: int = 0
    updated: int = 0
    deactivated: int = 0
    unchanged: int = 0

    def plus(self, changes: Changes[Record]) -> "KindCounts":
        """Count these, too."""
        return KindCounts(
            self.created + len(changes.created),
            self.updated + len(changes.updated),
            self.deactivated + len(changes.deactivated),
            self.unchanged + changes.unchanged,
        )


@dataclass(frozen=True, slots=True)
class ChartLink:
    """A chart that was merged into another one; None: it was separated again."""

    patient: str
    into: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nothing, or nothing further, is applied."""

    detail: str
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRef:
    """An import of a practice."""

    practice: str
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTerms:
    """What an import may do. `by_hand`: the command that began it also applies it, so workers don't."""

    mode: Mode = Mode.MERGE
    allow_deactivate: bool = False
    dry_run: bool = False
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedImport:
    """An import and its progress. `after` is the id of the last patient who was looked at in this phase."""

    ref: ImportRef
    terms: ImportTerms
    by: Actor
    state: ImportState = ImportState.OPEN
    parts: Mapping[int, SharedDoubts] = field(default_factory=dict)
    """What each part says of all its records at once, by its number, from 1."""
    is_checking: bool = False
    """Nothing is written yet: it is refused as a whole for one faulty record, or only to be tried."""
    phase: Phase = Phase.PEOPLE
    after: str = ""
    patients: int = 0
    looked_at: int = 0
    counts: Mapping[RecordKind, KindCounts] = field(default_factory=lambda: {kind: KindCounts() for kind in RecordKind})
    links: tuple[ChartLink, ...] = ()
    links_in_all: int = 0
    gaps_before: tuple[Gap, ...] = ()
    impact: Impact = field(default_factory=Impact)
    refused: Refused | None = None

    @property
    def shared(self) -> SharedDoubts:
        """Doubts that apply to all records, from any part."""
        return reduce(SharedDoubts.joined, self.parts.values(), SharedDoubts())

    @property
    def writes(self) -> bool:
        """Whether what is planned now is stored."""
        return not self.is_checking

    @property
    def changes_anything(self) -> bool:
        """Whether it has changed, or would change, anything so far."""
        return any(one.created or one.updated or one.deactivated for one in self.counts.values())

    def with_part(self, part: int, shared: SharedDoubts) -> "StagedImport":
        """A part has come in."""
        return replace(self, parts={**self.parts, part: shared})

    def counting(self, change: RosterChange) -> "StagedImport":
        """Count what a step changed."""
        counts = {
            RecordKind.SITES: self.counts[RecordKind.SITES].plus(change.sites),
            RecordKind.STAFF: self.counts[RecordKind.STAFF].plus(change.staff),
            RecordKind.PATIENTS: self.counts[RecordKind.PATIENTS].plus(change.patients),
        }
        return replace(self, counts=counts)

    def counting_deactivated(self, patients: int) -> "StagedImport":
        """Count patients who are deactivated without being named."""
        known = self.counts[RecordKind.PATIENTS]
        counts = {**self.counts, RecordKind.PATIENTS: replace(known, deactivated=known.deactivated + patients)}
        return replace(self, counts=counts)

    def linking(self, charts: Sequence[Patient]) -> "StagedImport":
        """Note charts whose link to another one changed."""
        room = max(0, MOST_LINKS - len(self.links))
        links = tuple(ChartLink(chart.id, chart.replaced_by) for chart in charts[:room])
        return replace(self, links=(*self.links, *links), links_in_all=self.links_in_all + len(charts))

    def begun(self, patients: int, gaps: Sequence[Gap]) -> "StagedImport":
        """Begin applying it; an import that one faulty record refuses is checked as a whole first."""
        checks = self.terms.dry_run or self.shared.is_strict
        begun = replace(self, state=ImportState.APPLYING, is_checking=checks, patients=patients)
        return replace(begun, gaps_before=tuple(gaps))

    def looked_through(self) -> "StagedImport":
        """The check found nothing wrong: begin again, this time writing."""
        return StagedImport(
            ref=self.ref,
            terms=self.terms,
            by=self.by,
            state=ImportState.APPLYING,
            parts=self.parts,
            patients=self.patients,
            gaps_before=self.gaps_before,
        )

    def refuse(self, detail: str, errors: Sequence[FieldError]) -> "StagedImport":
        """It goes no further."""
        return replace(self, state=ImportState.REFUSED, refused=Refused(detail, tuple(errors)))
