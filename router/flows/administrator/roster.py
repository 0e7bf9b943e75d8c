"""Practices, their rosters, and absences."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from router.actors import Actor
from router.audit import Action, AuditEntry
from router.coverage.departures import Departure, Impact, departures
from router.errors import Conflict, FieldError, Invalid, NotFound
from router.flows.administrator.acting import check_administers, check_administers_or_is, check_keeps_own_role
from router.flows.administrator.coverage import opened_gaps
from router.flows.administrator.roster_import import BringRoster, Imported, RosterImport
from router.flows.administrator.roster_plan import end_access, settle, with_returned
from router.flows.practice import known_practice, read_snapshot
from router.messaging.snapshot import PracticeSnapshot
from router.messaging.vacancies import opened_by_absence, opened_by_change
from router.ports.services import Hints, Ids, TimeZones
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice import roster_rules
from router.practice.availability import Absence, makes_circle
from router.practice.people import Practice, Roster, Staff
from router.practice.practice_id import problem_with_practice_id
from router.practice.roster import RosterDocument, StaffRecord
from router.practice.roster_rules import NAME_LIMIT
from router.text import problem_with


@dataclass(frozen=True, slots=True)
class StaffChanged:
    """A member of staff after a change, what depended on them if they left, and the gaps that the change opens."""

    staff: Staff
    impact: Impact = field(default_factory=Impact)


@dataclass(frozen=True, slots=True)
class ImportRoster:
    """Keeps practices, rosters and absences."""

    database: Database
    hints: Hints
    ids: Ids
    time_zones: TimeZones

    def create_practice(self, practice: str, name: str, time_zone: str, by: Actor) -> Practice:
        """Make a practice with messaging off. Raises Invalid with the fields, Conflict when the id is taken."""
        checks = (
            ("id", problem_with_practice_id(practice)),
            ("name", problem_with(name, NAME_LIMIT)),
            ("time_zone", None if self.time_zones.has(time_zone) else "is not an IANA time zone"),
        )
        errors = [FieldError(field, wrong) for field, wrong in checks if wrong]
        if errors:
            raise Invalid("The practice can't be created.", errors)
        new = Practice(practice, name.strip(), time_zone)
        with self.database.begin() as work:
            if not work.practices.add(new):
                raise Conflict.at("id", "is taken by another practice")
            work.audit.add([AuditEntry(practice, by, Action.PRACTICE_CREATED, practice)])
            work.commit()
        return new

    def practices(self) -> list[Practice]:
        """All practices, by id."""
        with self.database.look() as work:
            return work.practices.all()

    def bring_up_to_date(self, practice: str, request: RosterImport, by: Actor) -> Imported:
        """Store what a document says, all or nothing.

        Raises Invalid with the fields that are wrong and GuardedReplace when a replace would deactivate too much.
        """
        return BringRoster(self.database, self.hints, self.ids, practice, request, by).run()

    def change_staff(self, practice: str, staff: str, fields: Mapping[str, object], by: Actor) -> StaffChanged:
        """Change some fields of one member of staff. Raises NotFound and Invalid.

        By a member of staff, raises Forbidden unless they still administer the portal, and Invalid for their own role.
        """
        with self.database.begin() as work:
            work.practices.change_roster(practice)
            before = read_snapshot(work, known_practice(work, practice))
            check_administers(before.staffing, by)
            known = before.staffing.members.get(staff)
            if known is None:
                raise NotFound("There is no such member of staff.")
            changed = replace(known, **fields)  # type: ignore[arg-type] # the names were checked by the document.
            _check_staff(changed, before)
            check_keeps_own_role(known, changed, by)
            if changed == known:
                return StaffChanged(changed)
            leaving = self._apply(work, before, known, changed, by)
            work.audit.add([AuditEntry(practice, by, Action.STAFF_CHANGED, staff, {"fields": sorted(fields)})])
            work.commit()
        self.hints.route()
        if any(departure.held.returned for departure in leaving):
            self.hints.notify()
        # The charts are counted apart, so that routing doesn't wait for them.
        with self.database.look() as work:
            found = opened_gaps(work, before, before.with_changes([changed]))
        # What a leaver leaves stands with what depended on them.
        opened = () if leaving else opened_by_change(before, before.with_changes([changed]))
        return StaffChanged(changed, Impact(leaving, found, opened))

    def _apply(
        self, work: UnitOfWork, before: PracticeSnapshot, known: Staff, changed: Staff, by: Actor
    ) -> tuple[Departure, ...]:
        """Store a change of one person and its consequences; returns what depended on them if they leave."""
        practice = before.practice.id
        leavers = [changed] if known.active and not changed.active else []
        ids = [leaver.id for leaver in leavers]
        held = work.replies.held_by(practice, ids) if leavers else {}
        work.roster.write_staff(practice, [changed])
        end_access(work, practice, {known.id: known}, [changed])
        returned = settle(work, self.ids, practice, [changed], by)
        after = before.with_changes([changed])
        return departures(leavers, after, work.coverage.care_teams(practice, ids), with_returned(held, returned))

    def set_absence(self, practice: str, absence: Absence, by: Actor) -> Impact:
        """Set somebody's absence, of which they have at most one; returns what it opens when it begins.

        Raises NotFound for unknown staff, Invalid with the fields, and Forbidden for a colleague's, by staff who don't
        administer the portal.
        """
        with self.database.begin() as work:
            work.practices.change_roster(practice)
            tenant = known_practice(work, practice)
            snapshot = read_snapshot(work, tenant)
            check_administers_or_is(snapshot.staffing, by, absence.staff)
            _check_absence(absence, snapshot)
            work.absences.put(practice, absence)
            work.audit.add([AuditEntry(practice, by, Action.ABSENCE_SET, absence.staff)])
            work.commit()
        self.hints.route()
        # The charts are counted apart, so that routing doesn't wait for them.
        with self.database.look() as work:
            return _opened_by(work, snapshot, absence)

    def impact_of_absence(self, practice: str, staff: str) -> Impact:
        """What somebody's absence opens when it begins, or has opened; nothing without an absence."""
        with self.database.look() as work:
            snapshot = read_snapshot(work, known_practice(work, practice))
            absences = dict(snapshot.staffing.absences)
            absence = absences.pop(staff, None)
            without = replace(snapshot, staffing=replace(snapshot.staffing, absences=absences))
            return _opened_by(work, without, absence) if absence is not None else Impact()

    def end_absence(self, practice: str, staff: str, by: Actor) -> None:
        """Delete somebody's absence. Raises NotFound if they have none, and Forbidden as `set_absence` does."""
        with self.database.begin() as work:
            work.practices.change_roster(practice)
            check_administers_or_is(work.roster.staffing(known_practice(work, practice)), by, staff)
            if not work.absences.remove(practice, staff):
                raise NotFound("There is no such absence.")
            work.audit.add([AuditEntry(practice, by, Action.ABSENCE_REMOVED, staff)])
            work.commit()
        self.hints.route()


def _opened_by(work: UnitOfWork, snapshot: PracticeSnapshot, absence: Absence) -> Impact:
    before = replace(snapshot, at=max(snapshot.at, absence.begins))
    absences = {**before.staffing.absences, absence.staff: absence}
    found = opened_gaps(work, before, replace(before, staffing=replace(before.staffing, absences=absences)))
    return Impact(gaps=found, vacancies=opened_by_absence(snapshot, absence))


def _check_staff(changed: Staff, before: PracticeSnapshot) -> None:
    record = StaffRecord(changed.id, changed.name, changed.email, changed.title, changed.roles, changed.active)
    roster = Roster(before.sites, before.staffing.members, {})
    errors = [
        FieldError(error.field.removeprefix("staff.0."), error.message)
        for error in roster_rules.check(roster, RosterDocument(staff=(record,)))
    ]
    if errors:
        raise Invalid("The change is not valid. Nothing was stored.", errors)


def _check_absence(absence: Absence, snapshot: PracticeSnapshot) -> None:
    staffing = snapshot.staffing
    if absence.staff not in staffing.members:
        raise NotFound("There is no such member of staff.")
    errors = []
    if absence.ends <= absence.begins:
        errors.append(FieldError("until", "must be later than the start"))
    if absence.cover == absence.staff:
        errors.append(FieldError("cover", "must be somebody else"))
    elif absence.cover is not None and not staffing.is_active(absence.cover):
        errors.append(FieldError("cover", "is not an active member of the practice's staff"))
    elif makes_circle(absence, staffing.absences):
        errors.append(FieldError("cover", "is away at that time and covered by this person: the covers form a circle"))
    if errors:
        raise Invalid("The absence can't be stored.", errors)
