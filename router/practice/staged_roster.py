"""A roster in pieces: each record with its own doubts, so that it can be handled alone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from router.practice.doubts import Doubts, Narrowing, RecordKind
from router.practice.people import CareTeamMember, Patient, Site
from router.practice.roster import RosterDocument, StaffRecord

SEVERAL = "occurs more than once: the last one was used"

StagedValue = Site | StaffRecord | Patient


@dataclass(frozen=True, slots=True)
class RecordDoubts:
    """The doubts about one record; see router.practice.doubts.Doubts for their meaning."""

    stays: bool = False
    closed: bool = False
    fields: tuple[str, ...] = ()
    team: bool = False
    left: frozenset[str] = frozenset()
    members: tuple[CareTeamMember, ...] = ()
    narrowed: tuple[Narrowing, ...] = ()

    def joined(self, other: "RecordDoubts") -> "RecordDoubts":
        """Both together."""
        members = {member.staff: member for member in (*other.members, *self.members)}
        return RecordDoubts(
            self.stays or other.stays,
            self.closed or other.closed,
            tuple(sorted({*self.fields, *other.fields})),
            self.team or other.team,
            self.left | other.left,
            tuple(members.values()),
            (*self.narrowed, *other.narrowed),
        )


@dataclass(frozen=True, slots=True)
class StagedRecord:
    """A record of a source; `value` None: the source names it or says something about it, but it can't be used."""

    kind: RecordKind
    id: str
    value: StagedValue | None = None
    doubts: RecordDoubts = field(default_factory=RecordDoubts)

    @property
    def is_named(self) -> bool:
        """Whether the source names it, so that a replace doesn't treat it as absent."""
        return self.value is not None or self.doubts.stays or bool(self.doubts.narrowed)

    @property
    def is_active(self) -> bool | None:
        """Whether the source says that they are active; None if it doesn't say, as for every site."""
        if any(narrowing.inactive for narrowing in self.doubts.narrowed):
            return False
        return None if self.value is None or isinstance(self.value, Site) else self.value.active

    def after(self, earlier: "StagedRecord") -> "StagedRecord":
        """This record combined with what an earlier piece of the source says about it."""
        value = self.value if self.value is not None else earlier.value
        return StagedRecord(self.kind, self.id, value, earlier.doubts.joined(self.doubts))


@dataclass(frozen=True, slots=True)
class SharedDoubts:
    """Doubts that apply to every record of a source; see router.practice.roster.RosterDocument and its doubts."""

    anybody: frozenset[RecordKind] = frozenset()
    every_team: bool = False
    keeps: tuple[str, ...] = ()
    is_strict: bool = False

    def joined(self, other: "SharedDoubts") -> "SharedDoubts":
        """Both together."""
        return SharedDoubts(
            self.anybody | other.anybody,
            self.every_team or other.every_team,
            tuple(dict.fromkeys((*self.keeps, *other.keeps))),
            self.is_strict or other.is_strict,
        )


def shared_doubts(document: RosterDocument) -> SharedDoubts:
    """The doubts that apply to all records of a document."""
    if document.doubts is None:
        return SharedDoubts(keeps=document.keeps, is_strict=True)
    doubts = document.doubts
    return SharedDoubts(doubts.anybody, doubts.every_team, document.keeps, doubts.is_strict)


def staged(document: RosterDocument) -> list[StagedRecord]:
    """Split a document into its records."""
    found: dict[tuple[RecordKind, str], StagedRecord] = {}
    for record in (*_values(document), *_unsaid(document), *_doubted(document.doubts or Doubts())):
        key = (record.kind, record.id)
        found[key] = record.after(found[key]) if key in found else record
    return list(found.values())


def together(records: Sequence[StagedRecord], shared: SharedDoubts) -> RosterDocument:
    """Make a document from some of a source's records. Since it is only a part, nobody counts as absent."""
    kinds = {kind: [one for one in records if one.kind is kind] for kind in RecordKind}
    patients = kinds[RecordKind.PATIENTS]
    doubts = Doubts(
        staying={kind: frozenset(one.id for one in some if one.doubts.stays) for kind, some in kinds.items()},
        site_fields={one.id: one.doubts.fields for one in kinds[RecordKind.SITES]},
        staff_fields={one.id: one.doubts.fields for one in kinds[RecordKind.STAFF]},
        patient_fields={one.id: one.doubts.fields for one in patients},
        teams=frozenset(one.id for one in patients if one.doubts.team),
        every_team=shared.every_team,
        left={one.id: one.doubts.left for one in patients},
        members={one.id: one.doubts.members for one in patients},
        closed=frozenset(one.id for one in kinds[RecordKind.SITES] if one.doubts.closed),
        narrowed=tuple(narrowing for one in records for narrowing in one.doubts.narrowed),
        is_strict=shared.is_strict,
    )
    values = [one.value for one in records]
    return RosterDocument(
        tuple(value for value in values if isinstance(value, Site)),
        tuple(value for value in values if isinstance(value, StaffRecord)),
        tuple(value for value in values if isinstance(value, Patient)),
        shared.keeps,
        doubts=doubts,
    )


def _values(document: RosterDocument) -> Iterator[StagedRecord]:
    yield from (StagedRecord(RecordKind.SITES, site.id, site) for site in document.sites)
    yield from (StagedRecord(RecordKind.STAFF, record.id, record) for record in document.staff)
    yield from (StagedRecord(RecordKind.PATIENTS, patient.id, patient) for patient in document.patients)


def _unsaid(document: RosterDocument) -> Iterator[StagedRecord]:
    for patient, names in document.unsaid.items():
        yield from _each(RecordKind.PATIENTS, [patient], RecordDoubts(fields=names))


def _doubted(doubts: Doubts) -> Iterator[StagedRecord]:
    nothing = RecordDoubts()
    for kind, staying in doubts.staying.items():
        yield from _each(kind, staying, replace(nothing, stays=True))
    yield from _each(RecordKind.SITES, doubts.closed, replace(nothing, closed=True))
    yield from _each(RecordKind.PATIENTS, doubts.teams, replace(nothing, team=True))
    fields_of = {
        RecordKind.SITES: doubts.site_fields,
        RecordKind.STAFF: doubts.staff_fields,
        RecordKind.PATIENTS: doubts.patient_fields,
    }
    for kind, fields in fields_of.items():
        for record, names in fields.items():
            yield from _each(kind, [record], replace(nothing, fields=names))
    for patient, staff in doubts.left.items():
        yield from _each(RecordKind.PATIENTS, [patient], replace(nothing, left=staff))
    for patient, members in doubts.members.items():
        yield from _each(RecordKind.PATIENTS, [patient], replace(nothing, members=members))
    for narrowing in doubts.narrowed:
        yield from _each(narrowing.kind, [narrowing.id], replace(nothing, narrowed=(narrowing,)))


def _each(kind: RecordKind, ids: Iterable[str], doubts: RecordDoubts) -> Iterator[StagedRecord]:
    yield from (StagedRecord(kind, one, doubts=doubts) for one in sorted(ids))
