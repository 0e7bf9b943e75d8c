"""Bringing a roster up to date: planned against a version, written, and switched to at the end."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from router.actors import Actor
from router.coverage.departures import Impact, count_care_teams, departures
from router.coverage.gaps import Gap, gaps, opened
from router.coverage.patient_counts import NOBODY, count_patients
from router.errors import FieldError
from router.flows.administrator.absent_patients import AbsentPatients
from router.flows.administrator.roster_plan import HeldBy, PlannedChange, finish, held_by_leavers, plan_change
from router.flows.practice import known_practice, read_snapshot
from router.messaging.snapshot import PracticeSnapshot
from router.ports.services import Hints, Ids
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice import roster_rules
from router.practice.import_report import Finding
from router.practice.people import Patient, Roster
from router.practice.roster import Leaving, Mode, RosterChange, RosterDocument, guard
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
    """What a roster document did, or would do on a dry run, with what depended on leavers and the gaps it opens."""

    change: RosterChange
    dry_run: bool
    impact: Impact = field(default_factory=Impact)
    findings: tuple[Finding, ...] = ()
    # The charts that are merged into another one now, or aren't any more.
    links: tuple[Patient, ...] = ()
    # How many patients a replace deactivated besides those of the change, because it doesn't name them.
    absent: int = 0
    # What was stored and may not work.
    warnings: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class BringRoster:
    """Stores roster documents, each all or nothing.

    However large a document is, the practice is locked only at the end, while the leavers' work is handed on and the
    new roster takes effect. Reading, checking, planning and writing patients don't block routing; if somebody else
    changes the practice in the meantime, they are repeated. Charts that it doesn't name are read in slices.
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
                stored = self._read(work)
            planned = self._planned(stored)
            with self.database.look() as work:
                counted = _counted(work, planned, self._absent(planned.current))
                if self.request.dry_run or not planned.changes_anything:
                    return _imported(planned, self.request, counted, held_by_leavers(work, planned))
            with self.database.begin() as work:
                held = self._store(work, planned)
                if held is not None:
                    work.commit()
                    break
        else:
            planned, counted, held = self._plan_and_store()
        # What leavers left is in other inboxes now and their emails are due; routing left the practice out.
        self.hints.route()
        if any(one.returned for one in held.values()):
            self.hints.notify()
        return _imported(planned, self.request, counted, held)

    def _store(self, work: UnitOfWork, planned: PlannedChange) -> HeldBy | None:
        """Write the plan and return what leavers held; None if the practice was changed in the meantime."""
        version = planned.before.practice.roster_version
        if work.practices.take_turn(self.practice) != version:
            return None
        self._write_patients(work, planned)
        if work.practices.change_roster(self.practice) != version + 1:
            return None
        return finish(work, self.ids, planned, self.by)

    def _plan_and_store(self) -> tuple[PlannedChange, "Counted", HeldBy]:
        """Plan and store while the practice is locked from beginning to end."""
        with self.database.begin() as work:
            work.practices.take_turn(self.practice)
            work.practices.change_roster(self.practice)
            planned = self._planned(self._read(work))
            counted = _counted(work, planned, self._absent(planned.current))
            self._write_patients(work, planned)
            held = finish(work, self.ids, planned, self.by)
            work.commit()
        return planned, counted, held

    def _absent(self, current: Roster) -> AbsentPatients:
        return AbsentPatients.of(self.practice, current, self.request.document, self.request.mode)

    def _write_patients(self, work: UnitOfWork, planned: PlannedChange) -> None:
        work.roster.write_beside_others(self.practice, planned.change, planned.current)
        if planned.absent:
            self._absent(planned.current).deactivate(work)

    def _read(self, work: UnitOfWork) -> "Stored":
        before = read_snapshot(work, known_practice(work, self.practice))
        document = self.request.document
        charts = work.roster.charts(self.practice, [patient.id for patient in document.patients])
        links = [patient.replaced_by for patient in (*document.patients, *charts.values())]
        current = Roster(before.sites, before.staffing.members, _followed(work, self.practice, links, charts))
        return Stored(before, current, self._absent(current).count(work))

    def _planned(self, stored: "Stored") -> PlannedChange:
        request, leaving = self.request, stored.leaving
        planned = plan_change(stored.before, stored.current, request.document, request.mode)
        if request.mode is Mode.REPLACE and not request.allow_deactivate:
            read = len(planned.change.patients.deactivated)
            guard(stored.current, planned.change, replace(leaving, deactivated=leaving.deactivated + read))
        return replace(planned, absent=leaving.deactivated)


@dataclass(frozen=True, slots=True)
class Stored:
    """The practice with the charts that a document concerns, and how many others a replace would deactivate."""

    before: PracticeSnapshot
    current: Roster
    leaving: Leaving


def _followed(
    work: UnitOfWork, practice: str, links: Iterable[str | None], charts: Mapping[str, Patient]
) -> dict[str, Patient]:
    """The charts, and those that links from them lead to, directly or through others."""
    found = dict(charts)
    following = {link for link in links if link} - found.keys()
    while following:
        reached = work.roster.charts(practice, following)
        found |= reached
        following = {chart.replaced_by for chart in reached.values() if chart.replaced_by} - found.keys()
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """The gaps that a change opens, and how many patients will have each of those who leave on their care team."""

    gaps: tuple[Gap, ...] = ()
    care_teams: Mapping[str, int] = field(default_factory=dict)


def _counted(work: UnitOfWork, planned: PlannedChange, absent: AbsentPatients) -> Counted:
    """Count the stored charts in the database, replacing those that are being written by their new versions."""
    before, change = planned.before, planned.change
    if not planned.changes_anything:
        return Counted()
    after = _after(planned)
    written = change.patients.written
    known = [planned.current.patients[patient.id] for patient in written if patient.id in planned.current.patients]
    stored = work.coverage.count_patients(before)
    stays = stored if after == before else work.coverage.count_patients(after)
    counts = stays.changed(count_patients(after, known), count_patients(after, written))
    leavers = {leaver.id for leaver in change.staff.deactivated}
    teams = Counter(work.coverage.care_teams(before.practice.id, leavers))
    teams.subtract(count_care_teams(leavers, known))
    teams.update(count_care_teams(leavers, written))
    for charts in absent.charts(work):
        counts = counts.changed(count_patients(after, charts), NOBODY)
        teams.subtract(count_care_teams(leavers, charts))
    return Counted(opened(gaps(before, stored), gaps(after, counts)), teams)


def _after(planned: PlannedChange) -> PracticeSnapshot:
    return planned.before.with_changes(planned.change.staff.written, planned.change.sites.written)


def _imported(planned: PlannedChange, request: RosterImport, counted: Counted, held: HeldBy) -> Imported:
    """Describe what was done, or would be, without holding a lock."""
    change, doubtful = planned.change, tuple(roster_rules.warnings(request.document))
    leavers = departures(change.staff.deactivated, _after(planned), counted.care_teams, held)
    links = tuple(changed_links(planned.current.patients, change.patients.written))
    impact = Impact(leavers, counted.gaps)
    return Imported(change, request.dry_run, impact, planned.findings, links, planned.absent, doubtful)
