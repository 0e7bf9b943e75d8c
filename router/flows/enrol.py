"""Practices and their rosters: who and what there is, and who is away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import available_timezones

from router import roster_rules
from router.actors import Actor
from router.answers import Undone
from router.audit import Action, AuditEntry
from router.availability import Absence
from router.errors import Conflict, FieldError, Invalid, NotFound
from router.flows.hand_over import return_to_cascade
from router.people import Practice, Staff
from router.ports import Database, Hints, Ids, UnitOfWork
from router.roster import Changes, Mode, RosterChange, RosterDocument, StaffRecord, guard, plan
from router.roster_rules import ID_LIMIT, NAME_LIMIT
from router.text import problem_with


@dataclass(frozen=True, slots=True)
class Imported:
    """What a roster document did, or would do on a dry run; `returned` counts the deliveries of leavers that moved."""

    change: RosterChange
    dry_run: bool
    returned: int = 0


@dataclass(frozen=True, slots=True)
class Enrol:
    """Keeps practices, rosters and absences."""

    database: Database
    hints: Hints
    ids: Ids

    def create_practice(self, practice: str, name: str, time_zone: str, by: Actor) -> Practice:
        """Make a practice with messaging off. Raises Invalid with the fields, Conflict when the id is taken."""
        checks = (
            ("id", problem_with(practice, ID_LIMIT)),
            ("name", problem_with(name, NAME_LIMIT)),
            ("time_zone", None if time_zone in available_timezones() else "is not an IANA time zone"),
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

    def bring_up_to_date(  # noqa: PLR0913 - these are the options of the call.
        self, practice: str, document: RosterDocument, mode: Mode, by: Actor, *, dry_run: bool, allow_deactivate: bool
    ) -> Imported:
        """Store what a document says, all or nothing.

        Raises Invalid with the fields that are wrong and GuardedReplace when a replace would deactivate too much.
        """
        returned: Sequence[Undone] = ()
        with self.database.begin() as work:
            work.practices.change_roster(practice)
            _check_practice(work, practice)
            current = work.rosters.whole(practice)
            errors = roster_rules.check(current, document)
            if errors:
                raise Invalid("The roster can't be stored as it is.", errors)
            change = plan(current, document, mode)
            if mode is Mode.REPLACE and not allow_deactivate:
                guard(current, change)
            if not dry_run and change.changes_anything:
                work.rosters.apply(practice, change)
                returned = self._settle(work, practice, change, by)
                counts = {"staff": len(change.staff.written), "patients": len(change.patients.written)}
                work.audit.add([AuditEntry(practice, by, Action.ROSTER_CHANGED, practice, counts)])
                work.commit()
        if returned:
            self.hints.notify()
        return Imported(change, dry_run, len(returned))

    def _settle(self, work: UnitOfWork, practice: str, change: RosterChange, by: Actor) -> Sequence[Undone]:
        """What leavers have not done goes back to the cascade; what had nobody may have somebody now."""
        work.answers.disown(practice, [one.id for one in change.staff.written if not one.active])
        returned = return_to_cascade(work, self.ids, practice, by)
        work.messages.requeue_ownerless(practice)
        return returned

    def change_staff(self, practice: str, staff: str, fields: Mapping[str, object], by: Actor) -> Staff:
        """Change some fields of one member of staff. Raises NotFound and Invalid."""
        with self.database.begin() as work:
            work.practices.change_roster(practice)
            _check_practice(work, practice)
            roster = work.rosters.whole(practice)
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
                work.rosters.apply(practice, change)
                self._settle(work, practice, change, by)
                details = {"fields": sorted(fields)}
                work.audit.add([AuditEntry(practice, by, Action.STAFF_CHANGED, staff, details)])
                work.commit()
        return changed

    def set_absence(self, practice: str, absence: Absence, by: Actor) -> Absence:
        """Set somebody's one absence. Raises NotFound for unknown staff and Invalid with the fields."""
        with self.database.begin() as work:
            work.practices.change_roster(practice)
            staffing = work.rosters.staffing(_check_practice(work, practice))
            if absence.staff not in staffing.members:
                raise NotFound("There is no such member of staff.")
            errors = []
            if absence.ends <= absence.begins:
                errors.append(FieldError("until", "must be after from"))
            if absence.cover == absence.staff:
                errors.append(FieldError("cover", "must be somebody else"))
            elif absence.cover is not None and not staffing.is_active(absence.cover):
                errors.append(FieldError("cover", "is not an active member of the practice's staff"))
            if errors:
                raise Invalid("The absence can't be stored.", errors)
            work.absences.put(practice, absence)
            work.audit.add([AuditEntry(practice, by, Action.ABSENCE_SET, absence.staff)])
            work.commit()
        return absence

    def end_absence(self, practice: str, staff: str, by: Actor) -> None:
        """Take somebody's absence away. Raises NotFound when they have none."""
        with self.database.begin() as work:
            work.practices.change_roster(practice)
            if not work.absences.remove(practice, staff):
                raise NotFound("There is no such absence.")
            work.audit.add([AuditEntry(practice, by, Action.ABSENCE_REMOVED, staff)])
            work.commit()


def _check_practice(work: UnitOfWork, practice: str) -> Practice:
    tenant = work.practices.get(practice)
    if tenant is None:
        raise NotFound.at("practice", "is not known")
    return tenant
