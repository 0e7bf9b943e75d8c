"""Bringing a roster up to date: what a document would change, worked out before anything is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, TypeVar

from router.errors import FieldError, GuardedReplace
from router.practice.doubts import Doubts
from router.practice.people import Patient, Role, Roster, Site, Staff

Record = TypeVar("Record", bound=Site | Staff | Patient)

NEW_STAFF_ROLES = frozenset({Role.STAFF})
REPLACE_GUARD_SHARE = 0.1


class Mode(StrEnum):
    """Merge replaces the records that it names; replace also deactivates whom it doesn't name."""

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

    `keeps` names the fields of patients that its source can't know: they stay as they are. `doubts` says what a faulty
    source couldn't tell; None means that all of the document is to be taken as it stands, or refused.
    """

    sites: tuple[Site, ...] = ()
    staff: tuple[StaffRecord, ...] = ()
    patients: tuple[Patient, ...] = ()
    keeps: tuple[str, ...] = ()
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
        patient.id: _kept(patient, current.patients.get(patient.id), document.keeps) for patient in document.patients
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


def _kept(patient: Patient, known: Patient | None, keeps: Sequence[str]) -> Patient:
    if known is None:
        return patient
    # No roster says whether the practice has stopped somebody from writing.
    return replace(patient, stop=known.stop, **{name: getattr(known, name) for name in keeps})


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


def guard(current: Roster, change: RosterChange) -> None:
    """Refuse a replace that would deactivate over a tenth of the staff or patients, or the last portal administrator.

    Raises GuardedReplace.
    """
    errors = [
        *_too_many("staff", [member.active for member in current.staff.values()], change.staff.deactivated),
        *_too_many("patients", [patient.active for patient in current.patients.values()], change.patients.deactivated),
    ]
    after = dict(current.staff) | {record.id: record for record in change.staff.written}
    had = any(member.administers for member in current.staff.values())
    if had and not any(one.administers for one in after.values()):
        errors.append(FieldError("staff", "would leave the practice without a portal administrator"))
    if errors:
        raise GuardedReplace("To do it anyway, repeat the request with allow_deactivate.", errors)


def _too_many(
    field: str, active: Sequence[bool], deactivated: Sequence[Staff] | Sequence[Patient]
) -> Iterator[FieldError]:
    if len(deactivated) > REPLACE_GUARD_SHARE * sum(active):
        yield FieldError(field, f"would deactivate {len(deactivated)} of {sum(active)}")
