"""Resolving what couldn't be read from a source by what is stored, before its document is compared and stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from router.errors import FieldError, Invalid
from router.practice.doubts import Doubts, Narrowing, RecordKind
from router.practice.import_report import Finding, Level
from router.practice.people import CareTeamMember, Patient, Roster, Site, Staff
from router.practice.roster import Mode, RosterDocument, StaffRecord
from router.practice.settled_charts import without_circles
from router.practice.settled_narrowing import narrowed_patient, narrowed_staff

NOT_ON_STAFF = "a member of the care team is not on the staff: left out"
NOT_A_SITE = "a site of theirs is not a site of the practice: left out"
STAYS = "may be in a part of the source that couldn't be read, and stays unchanged"
TEAM_STAYS = "keeps its care team, because not everything that the source says about it could be read"
NARROWED = "could not be read completely, but the access that it takes away is removed"
MERGED_AWAY = "isn't in the source, where another chart says that it takes its place: nothing more is written in it"
NOBODY_LEFT = "has nobody on the care team any more, because the source names nobody who is on the staff"
LEFT = "has a care team that could not be read completely, but members who have left it are removed"

Record = TypeVar("Record", Site, StaffRecord, Patient)


@dataclass(frozen=True, slots=True)
class Settled:
    """A document without doubts, and findings about what was left out or removed in resolving them."""

    document: RosterDocument
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Settling:
    current: Roster
    doubts: Doubts
    sites: dict[str, Site]
    staff: dict[str, StaffRecord]
    patients: dict[str, Patient]
    findings: list[Finding] = field(default_factory=list)


def settle(current: Roster, document: RosterDocument, mode: Mode) -> Settled:
    """Resolve the doubts of a document; one without doubts (`doubts` None) is left as it is.

    References to records that neither the document nor the practice has are left out and reported. For them, a document
    without doubts is refused later, and a strict one here, with Invalid.
    """
    if document.doubts is None:
        return Settled(document)
    work = _Settling(
        current,
        document.doubts,
        {site.id: site for site in document.sites},
        {record.id: record for record in document.staff},
        {patient.id: patient for patient in document.patients},
    )
    _keep_fields(work)
    _close_sites(work)
    if mode is Mode.REPLACE:
        _keep_unread_records(work)
    for patient in list(work.patients.values()):
        work.patients[patient.id] = _settled_patient(work, patient)
        if "care_team" not in (*document.keeps, *document.unsaid.get(patient.id, ())):
            _note_lost_team(work, work.patients[patient.id])
    for narrowing in document.doubts.narrowed:
        _narrow(work, narrowing)
    work.patients, circles = without_circles(current.patients, work.patients)
    left_out = [found for found in (*work.findings, *circles) if _is_left_out(found)]
    if document.doubts.is_strict and left_out:
        errors = [FieldError(f"{found.type} {found.source} {found.field}", found.reason) for found in left_out]
        raise Invalid("The roster is not valid. Nothing was stored.", errors)
    settled = replace(
        document,
        sites=tuple(work.sites.values()),
        staff=tuple(work.staff.values()),
        patients=tuple(work.patients.values()),
        doubts=None,
    )
    return Settled(settled, (*work.findings, *circles))


def _is_left_out(found: Finding) -> bool:
    return found.level not in {Level.KEPT, Level.NARROWED} and found.reason != NOBODY_LEFT


def as_record(staff: Staff) -> StaffRecord:
    """A member of staff as a document would name them."""
    return StaffRecord(staff.id, staff.name, staff.email, staff.title, staff.roles, staff.active)


def _keep_fields(work: _Settling) -> None:
    for site, names in work.doubts.site_fields.items():
        place = work.current.sites.get(site)
        if place is not None and site in work.sites:
            work.sites[site] = replace(work.sites[site], **{name: getattr(place, name) for name in names})
    for staff, names in work.doubts.staff_fields.items():
        known = work.current.staff.get(staff)
        if known is not None and staff in work.staff:
            work.staff[staff] = replace(work.staff[staff], **{name: getattr(known, name) for name in names})


def _close_sites(work: _Settling) -> None:
    for site in sorted(work.doubts.closed):
        known = work.current.sites.get(site)
        if known is not None and site not in work.sites:
            work.sites[site] = replace(known, hidden=True)


def _keep_unread_records(work: _Settling) -> None:
    """What was named but not read, or may have been in a part that wasn't read, is not absent."""
    records = {staff.id: as_record(staff) for staff in work.current.staff.values()}
    work.sites |= _unread(work, RecordKind.SITES, work.current.sites, work.sites)
    work.staff |= _unread(work, RecordKind.STAFF, records, work.staff)
    work.patients |= _unread(work, RecordKind.PATIENTS, work.current.patients, work.patients)


def _unread(
    work: _Settling, kind: RecordKind, known: Mapping[str, Record], named: Mapping[str, Record]
) -> dict[str, Record]:
    staying = work.doubts.staying.get(kind, frozenset())
    unread = {
        key: record
        for key, record in known.items()
        if key not in named and (kind in work.doubts.anybody or key in staying)
    }
    work.findings += [Finding(kind.value, key, STAYS, level=Level.KEPT) for key in unread]
    return unread


def _settled_patient(work: _Settling, patient: Patient) -> Patient:
    known = work.current.patients.get(patient.id)
    names = work.doubts.patient_fields.get(patient.id, ())
    if known is not None and names:
        patient = replace(patient, **{name: getattr(known, name) for name in names})
    sites = tuple(site for site in dict.fromkeys(patient.sites) if site in work.sites or site in work.current.sites)
    home = patient.home_site if patient.home_site in sites else None
    if home is None and patient.home_site is not None:
        home = known.home_site if known is not None else next(iter(sites), None)
    if home != patient.home_site or sites != patient.sites:
        work.findings.append(Finding("patients", patient.id, NOT_A_SITE, "sites"))
    return replace(patient, care_team=_settled_team(work, patient, known), home_site=home, sites=sites)


def _settled_team(work: _Settling, patient: Patient, known: Patient | None) -> tuple[CareTeamMember, ...]:
    named: dict[str, CareTeamMember] = {}
    for member in patient.care_team:
        if member.staff in work.staff or member.staff in work.current.staff:
            named.setdefault(member.staff, member)
        else:
            work.findings.append(Finding("patients", patient.id, NOT_ON_STAFF, "care_team"))
    before = {member.staff: member for member in known.care_team} if known else {}
    for member in work.doubts.members.get(patient.id, ()):
        if member.staff in work.current.staff:
            named.setdefault(member.staff, before.get(member.staff, member))
    if work.doubts.every_team or patient.id in work.doubts.teams:
        left = work.doubts.left.get(patient.id, frozenset())
        if not before.keys().isdisjoint(left - named.keys()):
            work.findings.append(Finding("patients", patient.id, LEFT, "care_team", level=Level.NARROWED))
        staying = {staff: member for staff, member in before.items() if staff not in left or staff in named}
        if not staying.keys() <= named.keys():
            work.findings.append(Finding("patients", patient.id, TEAM_STAYS, "care_team", level=Level.KEPT))
        # In the order that they have, so that a team which lost nobody is no change.
        named = staying | named
    return tuple(named.values())


def _note_lost_team(work: _Settling, patient: Patient) -> None:
    known = work.current.patients.get(patient.id)
    if known is not None and known.care_team and not patient.care_team and patient.takes_messages:
        work.findings.append(Finding("patients", patient.id, NOBODY_LEFT, "care_team"))


def _narrow(work: _Settling, narrowing: Narrowing) -> None:
    """Apply what a faulty record takes away, whether the record itself is taken or not."""
    is_news = False
    reason = MERGED_AWAY if _is_merged_away(work, narrowing) else NARROWED
    if narrowing.kind is RecordKind.STAFF:
        colleague = work.current.staff.get(narrowing.id)
        known = as_record(colleague) if colleague else None
        record = work.staff.get(narrowing.id) or known
        is_news = known is not None and narrowed_staff(known, colleague, narrowing) != known
        if record is not None and (after := narrowed_staff(record, colleague, narrowing)) != record:
            work.staff[narrowing.id] = after
    else:
        chart = work.current.patients.get(narrowing.id)
        patient = work.patients.get(narrowing.id) or chart
        is_news = chart is not None and narrowed_patient(chart, narrowing) != chart
        if patient is not None and (narrower := narrowed_patient(patient, narrowing)) != patient:
            work.patients[narrowing.id] = narrower
    if is_news:
        where = (narrowing.file, narrowing.line)
        work.findings.append(Finding(narrowing.kind.value, narrowing.id, reason, "", *where, Level.NARROWED))


def _is_merged_away(work: _Settling, narrowing: Narrowing) -> bool:
    """Whether the source has no record of a chart of which another one says that it takes its place."""
    is_named = narrowing.id in work.patients or narrowing.id in work.doubts.staying.get(narrowing.kind, ())
    return narrowing.replaced_by is not None and not narrowing.inactive and not is_named
