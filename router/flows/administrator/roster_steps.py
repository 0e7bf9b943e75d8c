"""Applying a roster that came in pieces: sites and staff, patients slice by slice, and at the end everybody who leaves.

Each step is one transaction of whole records, planned from what is stored at that moment. No step of another import of
the practice runs meanwhile, and nobody who writes or routes messages waits: what is shared with them is locked last,
for as long as a commit takes. What dies in between is finished by going on, or by importing the same again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from router.audit import Action, AuditEntry
from router.coverage.staged_import import ImportRef, ImportState, Phase, StagedImport
from router.errors import NotFound, Refusal
from router.flows.administrator.roster_pieces import (
    SLICE,
    guard_leavers,
    impact_of,
    note_unread,
    only_deactivations,
    plan_patients,
    plan_people,
    without_deactivations,
)
from router.flows.administrator.roster_plan import audit_entries, end_access_to_charts, finish, held_by_leavers
from router.ports.services import Hints, Ids
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.doubts import RecordKind
from router.practice.roster import Mode
from router.practice.settled_charts import changed_links

# A worker that dies in the middle keeps others from going on for so long.
LEASE = timedelta(seconds=60)
# With fewer patients, renewing the statistics, which samples all practices' charts, isn't worth it.
MANY = 5_000


@dataclass(frozen=True, slots=True)
class ApplyRoster:
    """Applies imports, step by step."""

    database: Database
    hints: Hints
    ids: Ids

    def finish(self, ref: ImportRef, show: Callable[[StagedImport], object]) -> StagedImport:
        """Apply an import to its end, showing how far it is after each step. Raises NotFound."""
        while (staged := self.step(ref)).state is ImportState.APPLYING:
            show(staged)
        return staged

    def run(self, goes_on: Callable[[], bool]) -> None:
        """Apply what waits for a worker, as long as it may go on."""
        while goes_on() and (ref := self._claim()) is not None:
            while self.step(ref, lease=True).state is ImportState.APPLYING:
                if not goes_on():
                    return

    def step(self, ref: ImportRef, *, lease: bool = False) -> StagedImport:
        """Do the next step of an import in one transaction. Raises NotFound.

        A step that is refused refuses the import; what earlier steps have stored stays.
        """
        try:
            return self._step(ref, lease=lease)
        except NotFound:
            raise
        except Refusal as refusal:
            with self.database.begin() as work:
                refused = _known(work, ref).refuse(refusal.detail, refusal.errors)
                work.roster_imports.save(refused)
                work.roster_imports.forget_records(ref)
                work.commit()
            return refused

    def _claim(self) -> ImportRef | None:
        with self.database.look() as work:
            if not work.roster_imports.any_waits():
                return None
        with self.database.begin() as work:
            ref = work.roster_imports.claim(work.now() + LEASE)
            work.commit()
        return ref

    def _step(self, ref: ImportRef, *, lease: bool) -> StagedImport:
        with self.database.begin() as work:
            work.practices.take_turn(ref.practice)
            before = _known(work, ref)
            if before.state is not ImportState.APPLYING:
                return before
            after = self._phases()[before.phase](work, before)
            work.roster_imports.save(after)
            if lease:
                work.roster_imports.lease(ref, work.now() + LEASE)
            work.commit()
        if before.writes and before.phase is not Phase.PATIENTS:
            # What had nobody may have somebody, and what leavers left is in other inboxes.
            self.hints.route()
            self.hints.notify()
        return after

    def _phases(self) -> dict[Phase, Callable[[UnitOfWork, StagedImport], StagedImport]]:
        return {Phase.PEOPLE: self._people, Phase.PATIENTS: self._patients, Phase.LEAVERS: self._leavers}

    def _people(self, work: UnitOfWork, staged: StagedImport) -> StagedImport:
        if staged.patients >= MANY:
            work.roster_imports.analyze()
        planned = plan_people(work, staged)
        if staged.terms.mode is Mode.REPLACE and not staged.terms.allow_deactivate:
            guard_leavers(work, staged, planned)
        if staged.writes and without_deactivations(planned).change.changes_anything:
            work.practices.change_roster(staged.ref.practice)
            planned = plan_people(work, staged)
            now = without_deactivations(planned)
            work.roster.write_beside_others(staged.ref.practice, now.change, now.current)
            finish(work, self.ids, now, staged.by)
        work.roster_imports.note(staged.ref, 0, planned.findings)
        return replace(staged.counting(without_deactivations(planned).change), phase=Phase.PATIENTS)

    def _patients(self, work: UnitOfWork, staged: StagedImport) -> StagedImport:
        records = work.roster_imports.patients(staged.ref, staged.after, SLICE)
        if not records:
            if staged.patients >= MANY:
                work.roster_imports.analyze()
            return replace(staged, phase=Phase.LEAVERS, after="")
        planned = plan_patients(work, staged, records)
        leavers = [patient.id for patient in planned.change.patients.deactivated]
        if leavers:
            work.roster_imports.hold_back(staged.ref, leavers)
        now = without_deactivations(planned)
        if staged.writes and now.change.changes_anything:
            work.roster.write_beside_others(staged.ref.practice, now.change, now.current)
            work.audit.add(list(audit_entries(now, staged.by)))
            work.practices.change_roster(staged.ref.practice)
        work.roster_imports.note(staged.ref, 0, planned.findings)
        links = list(changed_links(now.current.patients, now.change.patients.written))
        counted = staged.counting(now.change).linking(links)
        return replace(counted, after=records[-1].id, looked_at=staged.looked_at + len(records))

    def _leavers(self, work: UnitOfWork, staged: StagedImport) -> StagedImport:
        """Everybody who leaves in one transaction: a replace that is cut off has deactivated nobody."""
        staged = self._held_back(work, staged)
        staged = self._absent(work, staged)
        planned = only_deactivations(plan_people(work, staged))
        held = held_by_leavers(work, planned)
        if staged.writes and (staged.changes_anything or planned.change.changes_anything):
            work.practices.change_roster(staged.ref.practice)
            planned = only_deactivations(plan_people(work, staged))
            work.roster.write_beside_others(staged.ref.practice, planned.change, planned.current)
            held = finish(work, self.ids, planned, staged.by)
        staged = replace(staged.counting(planned.change), impact=impact_of(work, staged, planned, held))
        if staged.is_checking and not staged.terms.dry_run:
            work.roster_imports.forget_findings(staged.ref, 0)
            return staged.looked_through()
        work.roster_imports.forget_records(staged.ref)
        return replace(staged, state=ImportState.APPLIED)

    def _held_back(self, work: UnitOfWork, staged: StagedImport) -> StagedImport:
        after = ""
        while records := work.roster_imports.held_back(staged.ref, after, SLICE):
            planned = plan_patients(work, staged, records)
            if staged.writes and planned.change.changes_anything:
                work.roster.write_beside_others(staged.ref.practice, planned.change, planned.current)
                gone = [patient.id for patient in planned.change.patients.deactivated]
                end_access_to_charts(work, staged.ref.practice, gone)
                work.audit.add(list(audit_entries(planned, staged.by)))
            links = list(changed_links(planned.current.patients, planned.change.patients.written))
            staged = staged.counting(planned.change).linking(links)
            after = records[-1].id
        return staged

    def _absent(self, work: UnitOfWork, staged: StagedImport) -> StagedImport:
        """In a replace whoever isn't named is deactivated, unless the source may name them where it can't be read."""
        if staged.terms.mode is not Mode.REPLACE:
            return staged
        if RecordKind.PATIENTS in staged.shared.anybody:
            note_unread(work, staged)
            return staged
        if not staged.writes:
            return staged.counting_deactivated(work.roster_imports.leaving(staged.ref)[2])
        count = _deactivate_absent(work, staged)
        if not count:
            return staged
        practice = staged.ref.practice
        work.audit.add([AuditEntry(practice, staged.by, Action.ROSTER_CHANGED, practice, {"patients": count})])
        return staged.counting_deactivated(count)


def _deactivate_absent(work: UnitOfWork, staged: StagedImport) -> int:
    count, after = 0, ""
    while patients := work.roster_imports.absent(staged.ref, after, SLICE):
        work.roster.deactivate_patients(staged.ref.practice, patients)
        end_access_to_charts(work, staged.ref.practice, patients)
        count, after = count + len(patients), patients[-1]
    return count


def _known(work: UnitOfWork, ref: ImportRef) -> StagedImport:
    known = work.roster_imports.get(ref)
    if known is None:
        raise NotFound("There is no such import.")
    return known
