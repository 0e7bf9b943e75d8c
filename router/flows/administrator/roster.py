"""Practices and their rosters: who and what there is, and who is away."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from router.actors import Actor
from router.audit import Action, AuditEntry
from router.coverage.departures import Impact, departures, opened
from router.coverage.gaps import Gap, gaps
from router.errors import Conflict, FieldError, Invalid, NotFound
from router.flows.hand_over import return_to_cascade
from router.flows.practice import known_practice, read_snapshot
from router.messages.hand_overs import UndoneDelivery
from router.messaging.snapshot import PracticeSnapshot
from router.ports.services import Hints, Ids, TimeZones
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice import roster_rules
from router.practice.availability import Absence, makes_circle
from router.practice.people import Practice, Roster, Staff
from router.practice.roster import Changes, Mode, RosterChange, RosterDocument, StaffRecord, guard, plan
from router.practice.roster_rules import ID_LIMIT, NAME_LIMIT
from router.text import problem_with


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


@dataclass(frozen=True, slots=True)
class StaffChanged:
    """A member of staff after a change, what hung on them if they left, and the gaps that it opens."""

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
            ("id", problem_with(practice, ID_LIMIT)),
            ("name", problem_with(name, NAME_LIMIT)),
            ("time_zone", None if self.time_zones.has(time_zone) else "is not an IANA time zone"),
        )
        errors = [FieldError(field, wrong) for field, wrong in checks if wrong]
        if errors:
            raise Invalid("The practice can't be made.", errors)
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
        impact = Impact()
        with self.database.begin() as work:
            work.practices.change_roster(practice)
            tenant = known_practice(work, practice)
            current = work.roster.whole(practice)
            errors = roster_rules.check(current, request.document)
            if errors:
                raise Invalid("The roster can't be stored as it is.", errors)
            change = plan(current, request.document, request.mode)
            if request.mode is Mode.REPLACE and not request.allow_deactivate:
                guard(current, change)
            if change.changes_anything:
                impact = self._apply(work, tenant, current, change, None if request.dry_run else by)
            if change.changes_anything and not request.dry_run:
                counts = {"staff": len(change.staff.written), "patients": len(change.patients.written)}
                work.audit.add([AuditEntry(practice, by, Action.ROSTER_CHANGED, practice, counts)])
                work.commit()
        self._announce(impact)
        return Imported(change, request.dry_run, impact)

    def _apply(
        self, work: UnitOfWork, tenant: Practice, current: Roster, change: RosterChange, by: Actor | None
    ) -> Impact:
        """Write a change and settle what follows from it (`by` None: neither), and say what else it does."""
        before = replace(read_snapshot(work, tenant), sites=current.sites)
        after = _changed(before, change)
        leavers = change.staff.deactivated
        held = work.replies.held_by(tenant.id, [leaver.id for leaver in leavers])
        returned: Sequence[UndoneDelivery] = ()
        if by is not None:
            work.roster.apply(tenant.id, change)
            _end_access(work, tenant.id, current, change)
            returned = self._settle(work, tenant.id, change, by)
        moved = Counter(delivery.staff for delivery in returned)
        held = {staff: replace(one, returned=moved[staff]) for staff, one in held.items()}
        patients = {**current.patients, **{record.id: record for record in change.patients.written}}
        roster = Roster(after.sites, after.staffing.members, patients)
        return Impact(
            departures(leavers, before.messaging, roster, held),
            opened(gaps(before, current.patients.values()), gaps(after, patients.values())),
        )

    def _announce(self, impact: Impact) -> None:
        """What leavers left is in other inboxes now, and their emails are due."""
        if any(departure.held.returned for departure in impact.departures):
            self.hints.notify()

    def _settle(self, work: UnitOfWork, practice: str, change: RosterChange, by: Actor) -> Sequence[UndoneDelivery]:
        """What leavers have not done goes back to the cascade; what had nobody may have somebody now."""
        work.replies.disown(practice, [record.id for record in change.staff.written if not record.active])
        returned = return_to_cascade(work, self.ids, practice, by)
        work.messages.requeue_ownerless(practice)
        return returned

    def change_staff(self, practice: str, staff: str, fields: Mapping[str, object], by: Actor) -> StaffChanged:
        """Change some fields of one member of staff. Raises NotFound and Invalid."""
        impact = Impact()
        with self.database.begin() as work:
            work.practices.change_roster(practice)
            tenant = known_practice(work, practice)
            roster = work.roster.whole(practice)
            known = roster.staff.get(staff)
            if known is None:
                raise NotFound("There is no such member of staff.")
            changed = replace(known, **fields)  # type: ignore[arg-type] # the names were checked by the document.
            record = StaffRecord(changed.id, changed.name, changed.email, changed.title, changed.roles, changed.active)
            document = RosterDocument(staff=(record,))
            errors = [
                FieldError(error.field.removeprefix("staff.0."), error.message)
                for error in roster_rules.check(roster, document)
            ]
            if errors:
                raise Invalid("The change can't be stored as it is.", errors)
            if changed != known:
                change = RosterChange(Changes(), plan(roster, document, Mode.MERGE).staff, Changes())
                impact = self._apply(work, tenant, roster, change, by)
                details = {"fields": sorted(fields)}
                work.audit.add([AuditEntry(practice, by, Action.STAFF_CHANGED, staff, details)])
                work.commit()
        self._announce(impact)
        return StaffChanged(changed, impact)

    def set_absence(self, practice: str, absence: Absence, by: Actor) -> tuple[Gap, ...]:
        """Set somebody's one absence; says which gaps it opens when it begins.

        Raises NotFound for unknown staff and Invalid with the fields.
        """
        with self.database.begin() as work:
            work.practices.change_roster(practice)
            tenant = known_practice(work, practice)
            snapshot = read_snapshot(work, tenant)
            _check_absence(absence, snapshot)
            work.absences.put(practice, absence)
            work.audit.add([AuditEntry(practice, by, Action.ABSENCE_SET, absence.staff)])
            work.commit()
        # The charts are read apart, so that routing doesn't wait for them.
        with self.database.look() as work:
            patients = work.roster.whole(practice).patients.values()
        before = replace(snapshot, at=max(snapshot.at, absence.begins))
        absences = {**before.staffing.absences, absence.staff: absence}
        after = replace(before, staffing=replace(before.staffing, absences=absences))
        return opened(gaps(before, patients), gaps(after, patients))

    def end_absence(self, practice: str, staff: str, by: Actor) -> None:
        """Take somebody's absence away. Raises NotFound when they have none."""
        with self.database.begin() as work:
            work.practices.change_roster(practice)
            if not work.absences.remove(practice, staff):
                raise NotFound("There is no such absence.")
            work.audit.add([AuditEntry(practice, by, Action.ABSENCE_REMOVED, staff)])
            work.commit()


def _changed(before: PracticeSnapshot, change: RosterChange) -> PracticeSnapshot:
    members = {**before.staffing.members, **{record.id: record for record in change.staff.written}}
    sites = {**before.sites, **{record.id: record for record in change.sites.written}}
    return replace(before, staffing=replace(before.staffing, members=members), sites=sites)


def _end_access(work: UnitOfWork, practice: str, current: Roster, change: RosterChange) -> None:
    """End for good what leavers could sign in with, and each link whose owner's address is another one now."""
    left = [leaver.id for leaver in change.staff.deactivated]
    moved = [member.id for member in change.staff.updated if member.email != current.staff[member.id].email]
    gone = [patient.id for patient in change.patients.deactivated]
    if left or moved:
        work.password_links.end(practice, left + moved)
    if left or gone:
        work.sessions.end_of(practice, left, gone)
    if gone:
        work.portal_links.end_of(practice, gone)


def _check_absence(absence: Absence, snapshot: PracticeSnapshot) -> None:
    staffing = snapshot.staffing
    if absence.staff not in staffing.members:
        raise NotFound("There is no such member of staff.")
    errors = []
    if absence.ends <= absence.begins:
        errors.append(FieldError("until", "must be after from"))
    if absence.cover == absence.staff:
        errors.append(FieldError("cover", "must be somebody else"))
    elif absence.cover is not None and not staffing.is_active(absence.cover):
        errors.append(FieldError("cover", "is not an active member of the practice's staff"))
    elif makes_circle(absence, staffing.absences):
        errors.append(FieldError("cover", "is away meanwhile and covered by this person: the covers go in a circle"))
    if errors:
        raise Invalid("The absence can't be stored.", errors)
