"""Staff one by one: adding somebody, what hangs on somebody before they leave, and ending their sessions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from router.access.sessions import Holder
from router.actors import Actor
from router.audit import Action, AuditEntry
from router.coverage.departures import Departure
from router.errors import Conflict, FieldError, Invalid, NotFound
from router.flows.administrator.roster import ImportRoster, RosterImport
from router.flows.practice import known_practice
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice import roster_rules
from router.practice.availability import Absence
from router.practice.people import Roster, Staff
from router.practice.roster import Changes, Mode, RosterChange, RosterDocument, StaffRecord, plan
from router.practice.staff_ids import staff_id_from


@dataclass(frozen=True, slots=True)
class StaffPage:
    """Some members of staff, by id, and whether there are more after them."""

    members: Sequence[Staff]
    more: bool


@dataclass(frozen=True, slots=True)
class KeepStaff:
    """Keeps single members of staff; changing one is `ImportRoster.change_staff`."""

    database: Database
    roster: ImportRoster

    def page(self, practice: str, skip: int, limit: int) -> StaffPage:
        """The staff by id, those who have left included."""
        with self.database.look() as work:
            members = work.roster.staffing(known_practice(work, practice)).members
        ordered = [members[staff] for staff in sorted(members)]
        return StaffPage(ordered[skip : skip + limit], len(ordered) > skip + limit)

    def find(self, practice: str, staff: str) -> tuple[Staff, Absence | None]:
        """One of them, with the absence that is set. Raises NotFound."""
        with self.database.look() as work:
            staffing = work.roster.staffing(known_practice(work, practice))
        if staff not in staffing.members:
            raise NotFound("There is no such member of staff.")
        return staffing.members[staff], staffing.absences.get(staff)

    def add(self, practice: str, record: StaffRecord, by: Actor) -> Staff:
        """Add somebody; an empty id is made from the name.

        Raises Conflict when the id is taken, and Invalid with the fields.
        """
        with self.database.begin() as work:
            work.practices.change_roster(practice)
            members = work.roster.staffing(known_practice(work, practice)).members
            record = replace(record, id=record.id or staff_id_from(record.name, members))
            if record.id in members:
                raise Conflict.at("id", "is taken by another member of staff")
            added = self._add(work, practice, Roster({}, members, {}), record)
            work.audit.add([AuditEntry(practice, by, Action.STAFF_ADDED, added.id)])
            work.commit()
        return added

    def _add(self, work: UnitOfWork, practice: str, current: Roster, record: StaffRecord) -> Staff:
        document = RosterDocument(staff=(record,))
        errors = [
            FieldError(error.field.removeprefix("staff.0."), error.message)
            for error in roster_rules.check(current, document)
        ]
        if errors:
            raise Invalid("This person can't be stored as they are.", errors)
        created = plan(current, document, Mode.MERGE).staff
        work.roster.apply(practice, RosterChange(Changes(), created, Changes()))
        # What had nobody may have somebody now.
        work.messages.requeue_ownerless(practice)
        return created.created[0]

    def hanging_on(self, practice: str, staff: str, by: Actor) -> Departure | None:
        """What would have to go elsewhere if somebody left now; None for somebody who has left.

        Raises NotFound. Stores nothing.
        """
        member, _ = self.find(practice, staff)
        record = StaffRecord(member.id, member.name, member.email, member.title, member.roles, active=False)
        request = RosterImport(document=RosterDocument(staff=(record,)), dry_run=True)
        return next(iter(self.roster.bring_up_to_date(practice, request, by).impact.departures), None)

    def end_sessions(self, practice: str, staff: str, by: Actor) -> int:
        """Sign somebody out everywhere; returns how many sessions there were. Raises NotFound."""
        with self.database.begin() as work:
            if staff not in work.roster.staffing(known_practice(work, practice)).members:
                raise NotFound("There is no such member of staff.")
            ended = work.sessions.end_all(Holder(practice, staff=staff))
            work.audit.add([AuditEntry(practice, by, Action.SIGNED_OUT_EVERYWHERE, staff)])
            work.commit()
        return ended
