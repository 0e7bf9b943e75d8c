"""Planning what a roster document changes, before anything is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Generic, TypeVar

from router.errors import FieldError, GuardedReplace
from router.practice.doubts import Doubts
from router.practice.people import Patient, Role, Roster, Site, Staff

Record = TypeVar("Record", bound=Site | Staff | Patient)

NEW_STAFF_ROLES = frozenset({Role.STAFF})
REPLACE_GUARD_SHARE = 0.1


class Mode(StrEnum):
    """Merge replaces the records in the document; replace also deactivates people who aren't in it."""

    MERGE = "merge"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """A member of staff as a document names them; `roles` None keeps what they have."""

    id: str
    name: str
    email: str | None = None
    title: str | None = None
    roles: frozenset[Role] | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class RosterDocument:
    """What a roster document says, in its order.

    `keeps` names patient fields that this kind of source never contains, so they stay unchanged; `unsaid` names, by
    patient id, fields that it could contain but leaves out. `doubts` says what couldn't be read from a faulty source;
    None: the whole document is either stored exactly or refused.
    """

    sites: tuple[Site, ...] = ()
    staff: tuple[StaffRecord, ...] = ()
    patients: tuple[Patient, ...] = ()
    keeps: tuple[str, ...] = ()
    unsaid: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    doubts: Doubts | None = None


@dataclass(frozen=True, slots=True)
class Changes(Generic[Record]):
    """What happens to one kind of record; `deactivated` holds those who were active or visible before."""

    created: tuple[Record, ...] = ()
    updated: tuple[Record, ...] = ()
    deactivated: tuple[Record, ...] = ()
    unchanged: int = 0

    @property
    def written(self) -> tuple[Record, ...]:
        """Every record that must be stored."""
        return (*self.created, *self.updated, *self.deactivated)


@dataclass(frozen=True, slots=True)
class RosterChange:
    """Everything that a document changes."""

    sites: Changes[Site]
    staff: Changes[Staff]
    patients: Changes[Patient]

    @property
    def changes_anything(self) -> bool:
        """Whether anything would be written."""
        return bool(self.sites.written or self.staff.written or self.patients.written)


def plan(current: Roster, document: RosterDocument, mode: Mode) -> RosterChange:
    """Compare a checked document to what is there."""
    named_staff = {record.id: _staff(record, current.staff.get(record.id)) for record in document.staff}
    named_sites = {site.id: site for site in document.sites}
    named_patients = {
        patient.id: _stopped_as_before(patient, current.patients.get(patient.id)) for patient in document.patients
    }
    if mode is Mode.REPLACE:
        absent_sites = {site.id: replace(site, hidden=True) for site in current.sites.values()}
        absent_staff = {member.id: replace(member, active=False) for member in current.staff.values()}
        absent_patients = {patient.id: replace(patient, active=False) for patient in current.patients.values()}
        named_sites = absent_sites | named_sites
        named_staff = absent_staff | named_staff
        named_patients = absent_patients | named_patients
    return RosterChange(
        sites=_compare(current.sites, named_sites),
        staff=_compare(current.staff, named_staff),
        patients=_compare(current.patients, named_patients),
    )


def _staff(record: StaffRecord, known: Staff | None) -> Staff:
    roles = record.roles
    if roles is None:
        roles = known.roles if known else NEW_STAFF_ROLES
    return Staff(record.id, record.name, record.email, record.title, roles, record.active)


def keeping(current: Roster, document: RosterDocument) -> RosterDocument:
    """The document with known patients' missing fields filled in from what is stored."""
    if not document.keeps and not document.unsaid:
        return document
    patients = tuple(
        replace(patient, **{name: getattr(known, name) for name in names})
        if (known := current.patients.get(patient.id))
        and (names := (*document.keeps, *document.unsaid.get(patient.id, ())))
        else patient
        for patient in document.patients
    )
    return replace(document, patients=patients)


def _stopped_as_before(patient: Patient, known: Patient | None) -> Patient:
    # No roster says whether the practice has stopped somebody from writing.
    return replace(patient, stop=known.stop) if known else patient


def _present(record: Site | Staff | Patient) -> bool:
    return not record.hidden if isinstance(record, Site) else record.active


def _compare(current: Mapping[str, Record], named: Mapping[str, Record]) -> Changes[Record]:
    created: list[Record] = []
    updated: list[Record] = []
    deactivated: list[Record] = []
    unchanged = 0
    for key, record in named.items():
        known = current.get(key)
        if known is None:
            created.append(record)
        elif known == record:
            unchanged += 1
        elif _present(known) and not _present(record):
            deactivated.append(record)
        else:
            updated.append(record)
    return Changes(tuple(created), tuple(updated), tuple(deactivated), unchanged)


@dataclass(frozen=True, slots=True)
class Leaving:
    """How many records of one kind are active, and how many of them a replace would deactivate."""

    active: int
    deactivated: int


def guard(current: Roster, change: RosterChange, patients: Leaving) -> None:
    """Refuse a replace that would deactivate over a tenth of the staff or patients, or the last portal administrator.

    `current` and `change` contain the staff; patients are counted. Raises GuardedReplace.
    """
    active = sum(member.active for member in current.staff.values())
    errors = [
        *_too_many("staff", Leaving(active, len(change.staff.deactivated))),
        *_too_many("patients", patients),
    ]
    after = dict(current.staff) | {record.id: record for record in change.staff.written}
    had = any(member.administers for member in current.staff.values())
    if had and not any(one.administers for one in after.values()):
        errors.append(FieldError("staff", "would leave the practice without a portal administrator"))
    if errors:
        raise GuardedReplace("To do it anyway, repeat the request with allow_deactivate.", errors)


def _too_many(field: str, leaving: Leaving) -> Iterator[FieldError]:
    if leaving.deactivated > REPLACE_GUARD_SHARE * leaving.active:
        yield FieldError(field, f"would deactivate {leaving.deactivated} of {leaving.active}")
