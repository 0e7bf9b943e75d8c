"""Planning a piece of a staged roster: its sites and staff, or a slice of its patients."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from router.coverage.departures import Impact, departures
from router.coverage.gaps import gaps, opened
from router.coverage.staged_import import StagedImport
from router.flows.administrator.roster_plan import HeldBy, PlannedChange, plan_change
from router.flows.practice import known_practice, read_snapshot
from router.ports.unit_of_work import UnitOfWork
from router.practice.doubts import RecordKind
from router.practice.import_report import Finding, Level
from router.practice.people import Patient, Roster, Site, Staff
from router.practice.roster import Changes, Leaving, Mode, RosterChange, guard
from router.practice.settling import STAYS
from router.practice.staged_roster import StagedRecord, together

# So many patients in one transaction: on SQLite others wait for as long as it takes.
SLICE = 500

Record = TypeVar("Record", bound=Site | Staff)


def plan_people(work: UnitOfWork, staged: StagedImport) -> PlannedChange:
    """Plan all sites and staff; in a replace, those who aren't named leave."""
    records = work.roster_imports.people(staged.ref)
    before = read_snapshot(work, known_practice(work, staged.ref.practice))
    current = Roster(before.sites, before.staffing.members, {})
    planned = plan_change(before, current, together(records, staged.shared), Mode.MERGE)
    findings = planned.findings
    if staged.terms.mode is not Mode.REPLACE:
        return planned
    change = planned.change
    sites = {site.id: replace(site, hidden=True) for site in current.sites.values() if not site.hidden}
    staff = {member.id: replace(member, active=False) for member in current.staff.values() if member.active}
    sites, kept_sites = _absent(staged, RecordKind.SITES, sites, records)
    staff, kept_staff = _absent(staged, RecordKind.STAFF, staff, records)
    change = replace(change, sites=_and_gone(change.sites, sites), staff=_and_gone(change.staff, staff))
    return replace(planned, change=change, findings=(*findings, *kept_sites, *kept_staff))


def _absent(
    staged: StagedImport, kind: RecordKind, gone: dict[str, Record], records: Sequence[StagedRecord]
) -> tuple[dict[str, Record], list[Finding]]:
    """The people who would be absent, and findings for those who stay because the source is in doubt about them."""
    taken = {one.id for one in records if one.kind is kind and one.value is not None}
    named = {one.id for one in records if one.kind is kind and (one.is_named or one.doubts.closed)}
    in_doubt = gone.keys() if kind in staged.shared.anybody else gone.keys() & named
    kept = [Finding(kind.value, key, STAYS, level=Level.KEPT) for key in gone if key in in_doubt and key not in taken]
    return {key: record for key, record in gone.items() if key not in named and key not in in_doubt}, kept


def _and_gone(changes: Changes[Record], gone: dict[str, Record]) -> Changes[Record]:
    return replace(changes, deactivated=(*changes.deactivated, *gone.values()))


def plan_patients(work: UnitOfWork, staged: StagedImport, records: Sequence[StagedRecord]) -> PlannedChange:
    """Plan some of the patients, among the sites and staff that there are once the import's are stored."""
    before = read_snapshot(work, known_practice(work, staged.ref.practice))
    sites, staff = before.sites, before.staffing.members
    if staged.is_checking:
        people = plan_people(work, staged).change
        sites = {**sites, **{site.id: site for site in people.sites.written}}
        staff = {**staff, **{member.id: member for member in people.staff.written}}
    ids = [record.id for record in records]
    known = work.roster.charts(staged.ref.practice, ids)
    current = Roster(sites, staff, {**_followed(work, staged, records, known), **known})
    planned = plan_change(before, current, together(records, staged.shared), Mode.MERGE)
    if staged.terms.mode is not Mode.REPLACE:
        return planned
    stay = [record.id for record in records if record.value is None and record.doubts.stays and record.id in known]
    return replace(planned, findings=(*planned.findings, *_kept(stay)))


def _followed(
    work: UnitOfWork, staged: StagedImport, records: Sequence[StagedRecord], known: Mapping[str, Patient]
) -> dict[str, Patient]:
    """The charts outside a slice that links from it lead to, as they will be after the import."""
    own = {record.id for record in records}
    found: dict[str, Patient] = {}
    following = {link for record in records for link in _links(record)}
    following = (following | {chart.replaced_by for chart in known.values() if chart.replaced_by}) - own
    while following:
        stored = work.roster.charts(staged.ref.practice, following)
        coming = work.roster_imports.with_ids(staged.ref, RecordKind.PATIENTS, following)
        charts = {key: one.value for key, one in coming.items() if isinstance(one.value, Patient)}
        found |= {**stored, **charts}
        links = {one.replaced_by for one in found.values() if one.replaced_by}
        following = links - found.keys() - own - following
    return found


def _links(record: StagedRecord) -> Iterator[str]:
    if isinstance(record.value, Patient) and record.value.replaced_by:
        yield record.value.replaced_by
    yield from (narrowing.replaced_by for narrowing in record.doubts.narrowed if narrowing.replaced_by)


def _kept(patients: Collection[str]) -> list[Finding]:
    return [Finding(RecordKind.PATIENTS.value, patient, STAYS, level=Level.KEPT) for patient in patients]


def note_unread(work: UnitOfWork, staged: StagedImport) -> None:
    """Note the patients who aren't named, but may be in a part of the source that couldn't be read."""
    after = ""
    while patients := work.roster_imports.absent(staged.ref, after, SLICE):
        work.roster_imports.note(staged.ref, 0, _kept(patients))
        after = patients[-1]


def without_deactivations(planned: PlannedChange) -> PlannedChange:
    """The part of the change that is written at once: everything but deactivations."""
    change = planned.change
    return replace(
        planned,
        change=RosterChange(
            replace(change.sites, deactivated=()),
            replace(change.staff, deactivated=()),
            replace(change.patients, deactivated=()),
        ),
    )


def only_deactivations(planned: PlannedChange) -> PlannedChange:
    """Which sites and staff are written at the end."""
    change = planned.change
    sites, staff = Changes(deactivated=change.sites.deactivated), Changes(deactivated=change.staff.deactivated)
    return replace(planned, change=RosterChange(sites, staff, Changes()))


def guard_leavers(work: UnitOfWork, staged: StagedImport, planned: PlannedChange) -> None:
    """Refuse a replace that would deactivate too many, before anything is written. Raises GuardedReplace."""
    active, named, absent = work.roster_imports.leaving(staged.ref)
    if RecordKind.PATIENTS in staged.shared.anybody:
        absent = 0
    guard(planned.current, planned.change, Leaving(active, named + absent))


def impact_of(work: UnitOfWork, staged: StagedImport, planned: PlannedChange, held: HeldBy) -> Impact:
    """What depended on the leavers, and the gaps that the import opened (on a dry run: by its sites and staff)."""
    leavers = planned.change.staff.deactivated
    teams = work.coverage.care_teams(staged.ref.practice, [leaver.id for leaver in leavers])
    before = planned.before
    after = before.with_changes(planned.change.staff.written, planned.change.sites.written)
    found = gaps(after, work.coverage.count_patients(after))
    return Impact(departures(leavers, after, teams, held), opened(staged.gaps_before, found))
