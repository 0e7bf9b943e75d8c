"""Staff one by one: adding somebody, what hangs on somebody before they leave, and ending their sessions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from router.access.sessions import Holder
from router.actors import Actor
from router.audit import Action, AuditEntry
from router.coverage.departures import Departure, departures
from router.errors import Conflict, FieldError, Invalid, NotFound
from router.flows.administrator.acting import check_administers
from router.flows.administrator.roster_plan import settle
from router.flows.practice import known_practice, read_snapshot
from router.ports.services import Hints, Ids
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice import roster_rules
from router.practice.availability import Absence
from router.practice.people import Roster, Staff
from router.practice.roster import Mode, RosterDocument, StaffRecord, plan
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
    hints: Hints
    ids: Ids

    def page(self, practice: str, after: str | None, limit: int, *, skip: int = 0) -> StaffPage:
        """The staff by id, those who have left included: those after this id, without the first ones."""
        with self.database.look() as work:
            members = work.roster.staffing(known_practice(work, practice)).members
        ordered = [members[staff] for staff in sorted(members) if after is None or staff > after][skip:]
        return StaffPage(ordered[:limit], len(ordered) > limit)

    def find(self, practice: str, staff: str) -> tuple[Staff, Absence | None]:
        """One of them, with the absence that is set. Raises NotFound."""
        with self.database.look() as work:
            staffing = work.roster.staffing(known_practice(work, practice))
        if staff not in staffing.members:
            raise NotFound("There is no such member of staff.")
        return staffing.members[staff], staffing.absences.get(staff)

    def add(self, practice: str, record: StaffRecord, by: Actor) -> Staff:
        """Add somebody; an empty id is made from the name.

        Raises Conflict when the id is taken, or empty for somebody who was added already, Invalid with the fields, and
        Forbidden for staff who don't administer the portal.
        """
        with self.database.begin() as work:
            work.practices.change_roster(practice)
            added = self._add(work, practice, record, by)
            work.audit.add([AuditEntry(practice, by, Action.STAFF_ADDED, added.id)])
            work.commit()
        self.hints.route()
        return added

    def _add(self, work: UnitOfWork, practice: str, record: StaffRecord, by: Actor) -> Staff:
        staffing = work.roster.staffing(known_practice(work, practice))
        check_administers(staffing, by)
        members = staffing.members
        if not record.id:
            _check_is_new(record, members.values())
        record = replace(record, id=record.id or staff_id_from(record.name, members))
        if record.id in members:
            raise Conflict.at("id", "is taken by another member of staff")
        current, document = Roster({}, members, {}), RosterDocument(staff=(record,))
        errors = [
            FieldError(error.field.removeprefix("staff.0."), error.message)
            for error in roster_rules.check(current, document)
        ]
        if errors:
            raise Invalid("The details are not valid. Nothing was stored.", errors)
        (added,) = plan(current, document, Mode.MERGE).staff.created
        work.roster.write_staff(practice, [added])
        # What had nobody may have somebody now.
        settle(work, self.ids, practice, [added], by)
        return added

    def hanging_on(self, practice: str, staff: str) -> Departure | None:
        """What would have to go elsewhere if somebody left now; None for somebody who has left. Raises NotFound."""
        with self.database.look() as work:
            snapshot = read_snapshot(work, known_practice(work, practice))
            member = snapshot.staffing.members.get(staff)
            if member is None:
                raise NotFound("There is no such member of staff.")
            if not member.active:
                return None
            leaver = replace(member, active=False)
            teams, held = work.coverage.care_teams(practice, [staff]), work.replies.held_by(practice, [staff])
            return departures([leaver], snapshot.with_changes([leaver]), teams, held)[0]

    def end_sessions(self, practice: str, staff: str, by: Actor) -> int:
        """Sign somebody out everywhere; returns how many sessions there were. Raises NotFound and Forbidden."""
        with self.database.begin() as work:
            staffing = work.roster.staffing(known_practice(work, practice))
            check_administers(staffing, by)
            if staff not in staffing.members:
                raise NotFound("There is no such member of staff.")
            ended = work.sessions.end_all(Holder(practice, staff=staff))
            work.audit.add([AuditEntry(practice, by, Action.SIGNED_OUT_EVERYWHERE, staff)])
            work.commit()
        return ended


def _check_is_new(record: StaffRecord, members: Iterable[Staff]) -> None:
    """Raise Conflict for a form that was sent twice: its second id would be that of the same person again."""
    details = (record.name, record.title, record.email)
    twin = next((one for one in members if (one.name, one.title, one.email) == details), None)
    if twin is not None:
        raise Conflict.at(
            "id",
            f"has to be chosen for somebody else with the same name, title and address: {twin.id} was added already",
        )
