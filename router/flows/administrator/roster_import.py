"""Bringing a roster up to date: planned against a version, written, and switched to at the end."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from router.actors import Actor
from router.audit import Action, AuditEntry
from router.coverage.departures import HeldWork, Impact, count_care_teams, departures
from router.coverage.gaps import gaps, opened
from router.coverage.patient_counts import count_patients
from router.errors import FieldError, Invalid
from router.flows.hand_over import return_to_cascade
from router.flows.practice import known_practice, read_snapshot
from router.messages.hand_overs import UndoneDelivery
from router.messaging.snapshot import PracticeSnapshot
from router.ports.services import Hints, Ids
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice import roster_rules
from router.practice.import_report import Finding
from router.practice.people import Patient, Roster, Staff
from router.practice.roster import Mode, RosterChange, RosterDocument, guard, plan
from router.practice.settled_charts import changed_links
from router.practice.settling import settle as settle_doubts

# After so many tries beside others who change the practice, it is planned and written while they wait.
TRIES_BESIDE_OTHERS = 3

# What leavers own and have not done, by their ids.
HeldBy = Mapping[str, HeldWork]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterImport:
    """A roster document to store, or with `dry_run` only to compare.

    A replace that would deactivate many is refused unless `allow_deactivate` is set.
    """

    document: RosterDocument
    mode: Mode = Mode.MERGE
    dry_run: bool = False
    allow_deactivate: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What a roster document did, or would do on a dry run, with what hung on leavers and the gaps that it opens."""

    change: RosterChange
    dry_run: bool
    impact: Impact = field(default_factory=Impact)
    findings: tuple[Finding, ...] = ()
    # The charts that are merged into another one now, or aren't any more.
    links: tuple[Patient, ...] = ()
    # What was stored and may not work.
    warnings: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedImport:
    """What would change, worked out from `current`, which is the roster of the practice as of `before`."""

    before: PracticeSnapshot
    current: Roster
    change: RosterChange
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class BringRoster:
    """Stores roster documents, each all or nothing.

    However large a document is, the practice is locked only at the end: while the leavers' work is handed on and the
    new roster is switched to. Reading, checking, planning and writing patients go on beside routing; if somebody else
    changes the practice meanwhile, they are done again.
    """

    database: Database
    hints: Hints
    ids: Ids
    practice: str
    request: RosterImport
    by: Actor

    def run(self) -> Imported:
        """Store what a document says.

        Raises Invalid with the fields that are wrong and GuardedReplace when a replace would deactivate too much.
        """
        for _ in range(TRIES_BESIDE_OTHERS):
            # What takes long is worked out between transactions: one that waits for its client is ended by the server.
            with self.database.snapshot() as work:
                stored = _read(work, self.practice)
            planned = _planned(*stored, self.request)
            if self.request.dry_run or not planned.change.changes_anything:
                with self.database.look() as work:
                    return _imported(planned, self.request, _held(work, planned))
            with self.database.begin() as work:
                held = self._store(work, planned)
                if held is not None:
                    work.commit()
                    break
        else:
            planned, held = self._plan_and_store()
        # What leavers left is in other inboxes now and their emails are due; routing left the practice out.
        self.hints.route()
        if any(one.returned for one in held.values()):
            self.hints.notify()
        return _imported(planned, self.request, held)

    def _store(self, work: UnitOfWork, planned: PlannedImport) -> HeldBy | None:
        """Write what was planned and say what leavers held; None when the practice was changed meanwhile."""
        version = planned.before.practice.roster_version
        if work.practices.take_turn(self.practice) != version:
            return None
        work.roster.write_beside_others(self.practice, planned.change, planned.current)
        if work.practices.change_roster(self.practice) != version + 1:
            return None
        return self._finish(work, planned)

    def _plan_and_store(self) -> tuple[PlannedImport, HeldBy]:
        """Nobody else changes the practice from the beginning to the end."""
        with self.database.begin() as work:
            work.practices.take_turn(self.practice)
            work.practices.change_roster(self.practice)
            planned = _planned(*_read(work, self.practice), self.request)
            work.roster.write_beside_others(self.practice, planned.change, planned.current)
            held = self._finish(work, planned)
            work.commit()
        return planned, held

    def _finish(self, work: UnitOfWork, planned: PlannedImport) -> HeldBy:
        change = planned.change
        held = _held(work, planned)
        work.roster.write_known_staff(self.practice, change.staff)
        end_access(work, self.practice, planned.current.staff, change.staff.written)
        _end_access_to_charts(work, self.practice, [patient.id for patient in change.patients.deactivated])
        returned = settle(work, self.ids, self.practice, change.staff.written, self.by)
        counts = {"staff": len(change.staff.written), "patients": len(change.patients.written)}
        entries = [AuditEntry(self.practice, self.by, Action.ROSTER_CHANGED, self.practice, counts)]
        work.audit.add([*entries, *_merged(self.practice, planned, self.by)])
        return with_returned(held, returned)


def settle(work: UnitOfWork, ids: Ids, practice: str, changed: Sequence[Staff], by: Actor) -> Sequence[UndoneDelivery]:
    """What leavers have not done goes back to the cascade; what had nobody may have somebody now.

    Returns what found somebody.
    """
    inactive = [member.id for member in changed if not member.active]
    work.replies.disown(practice, inactive)
    work.drafts.erase_of(practice, inactive)
    returned = return_to_cascade(work, ids, practice, by)
    work.messages.requeue_ownerless(practice)
    return returned


def end_access(work: UnitOfWork, practice: str, known: Mapping[str, Staff], changed: Sequence[Staff]) -> None:
    """End for good what leavers could sign in with, and each link whose owner's address is another one now."""
    before = [(known[member.id], member) for member in changed if member.id in known]
    left = [member.id for was, member in before if was.active and not member.active]
    moved = [member.id for was, member in before if was.email != member.email]
    if left or moved:
        work.password_links.end(practice, left + moved)
    if left:
        work.sessions.end_of(practice, left, [])


def _end_access_to_charts(work: UnitOfWork, practice: str, patients: Sequence[str]) -> None:
    """End for good the sessions in these charts, and the links into them."""
    if patients:
        work.sessions.end_of(practice, [], patients)
        work.portal_links.end_of(practice, patients)


def _read(work: UnitOfWork, practice: str) -> tuple[PracticeSnapshot, Roster]:
    return read_snapshot(work, known_practice(work, practice)), work.roster.whole(practice)


def _held(work: UnitOfWork, planned: PlannedImport) -> HeldBy:
    leavers = [leaver.id for leaver in planned.change.staff.deactivated]
    return work.replies.held_by(planned.before.practice.id, leavers) if leavers else {}


def _planned(before: PracticeSnapshot, current: Roster, request: RosterImport) -> PlannedImport:
    settled = settle_doubts(current, request.document, request.mode)
    errors = roster_rules.check(current, settled.document)
    if errors:
        raise Invalid("The roster is not valid. Nothing was stored.", errors)
    change = plan(current, settled.document, request.mode)
    if request.mode is Mode.REPLACE and not request.allow_deactivate:
        guard(current, change)
    return PlannedImport(before, current, change, settled.findings)


def _merged(practice: str, planned: PlannedImport, by: Actor) -> Iterator[AuditEntry]:
    """One row for each chart that is merged into another one now, or isn't any more."""
    for patient in changed_links(planned.current.patients, planned.change.patients.written):
        if patient.replaced_by is None:
            yield AuditEntry(practice, by, Action.CHART_REINSTATED, patient.id)
        else:
            yield AuditEntry(practice, by, Action.CHART_REPLACED, patient.id, {"replaced_by": patient.replaced_by})


def _imported(planned: PlannedImport, request: RosterImport, held: HeldBy) -> Imported:
    """Say what was done, or would be: worked out from the charts at hand, while nobody waits."""
    before, change = planned.before, planned.change
    doubtful = tuple(roster_rules.warnings(request.document))
    if not change.changes_anything:
        return Imported(change, request.dry_run, findings=planned.findings, warnings=doubtful)
    after = before.with_changes(change.staff.written, change.sites.written)
    charts = planned.current.patients
    changed_charts = {**charts, **{patient.id: patient for patient in change.patients.written}}
    leavers = change.staff.deactivated
    teams = count_care_teams({leaver.id for leaver in leavers}, changed_charts.values())
    before_gaps = gaps(before, count_patients(before, charts.values()))
    after_gaps = gaps(after, count_patients(after, changed_charts.values()))
    impact = Impact(departures(leavers, after, teams, held), opened(before_gaps, after_gaps))
    links = tuple(changed_links(charts, change.patients.written))
    return Imported(change, request.dry_run, impact, planned.findings, links, doubtful)


def with_returned(held: HeldBy, returned: Sequence[UndoneDelivery]) -> HeldBy:
    """What leavers held, with how much of it found somebody else."""
    moved = Counter(undone.staff for undone in returned)
    return {staff: HeldWork(one.conversations, one.deliveries, moved[staff]) for staff, one in held.items()}
