"""Bringing a roster up to date: planned against a version, written, and switched to at the end."""

from dataclasses import dataclass, field

from router.actors import Actor
from router.coverage.departures import Impact, count_care_teams, departures
from router.coverage.gaps import gaps, opened
from router.coverage.patient_counts import count_patients
from router.errors import FieldError
from router.flows.administrator.roster_plan import HeldBy, PlannedChange, finish, held_by_leavers, plan_change
from router.flows.practice import known_practice, read_snapshot
from router.messaging.snapshot import PracticeSnapshot
from router.ports.services import Hints, Ids
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice import roster_rules
from router.practice.import_report import Finding
from router.practice.people import Patient, Roster
from router.practice.roster import Mode, RosterChange, RosterDocument, guard
from router.practice.settled_charts import changed_links

# After so many tries beside others who change the practice, it is planned and written while they wait.
TRIES_BESIDE_OTHERS = 3


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
                    return _imported(planned, self.request, held_by_leavers(work, planned))
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

    def _store(self, work: UnitOfWork, planned: PlannedChange) -> HeldBy | None:
        """Write what was planned and say what leavers held; None when the practice was changed meanwhile."""
        version = planned.before.practice.roster_version
        if work.practices.take_turn(self.practice) != version:
            return None
        work.roster.write_beside_others(self.practice, planned.change, planned.current)
        if work.practices.change_roster(self.practice) != version + 1:
            return None
        return finish(work, self.ids, planned, self.by)

    def _plan_and_store(self) -> tuple[PlannedChange, HeldBy]:
        """Nobody else changes the practice from the beginning to the end."""
        with self.database.begin() as work:
            work.practices.take_turn(self.practice)
            work.practices.change_roster(self.practice)
            planned = _planned(*_read(work, self.practice), self.request)
            work.roster.write_beside_others(self.practice, planned.change, planned.current)
            held = finish(work, self.ids, planned, self.by)
            work.commit()
        return planned, held


def _read(work: UnitOfWork, practice: str) -> tuple[PracticeSnapshot, Roster]:
    return read_snapshot(work, known_practice(work, practice)), work.roster.whole(practice)


def _planned(before: PracticeSnapshot, current: Roster, request: RosterImport) -> PlannedChange:
    planned = plan_change(before, current, request.document, request.mode)
    if request.mode is Mode.REPLACE and not request.allow_deactivate:
        guard(current, planned.change)
    return planned


def _imported(planned: PlannedChange, request: RosterImport, held: HeldBy) -> Imported:
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
