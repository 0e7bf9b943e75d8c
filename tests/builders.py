"""Small people, places and settings for tests."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from router.messaging.settings import MessagingSettings, TopicSet, new_topic_set
from router.practice.availability import Absence, Staffing
from router.practice.people import CareTeamMember, Patient, Practice, Role, Site, Staff
from router.practice.roster import RosterDocument, StaffRecord
from router.practice.topics import Topic

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CLINIC = Practice("clinic", "Clinic", "America/Chicago")
NORTH, SOUTH = Site("north", "North Clinic"), Site("south", "South Clinic")


def a_staff(
    staff: str, *, name: str | None = None, email: str | None = "", admin: bool = False, active: bool = True
) -> Staff:
    """A member of staff; by default with a name and an address made from the id."""
    roles = frozenset({Role.STAFF, Role.PORTAL_ADMIN} if admin else {Role.STAFF})
    address = f"{staff}@clinic.example" if email == "" else email
    return Staff(staff, name or staff.title(), address, None, roles, active)


def staffing(*members: Staff, absences: Sequence[Absence] = ()) -> Staffing:
    """These members and absences."""
    return Staffing({member.id: member for member in members}, {absence.staff: absence for absence in absences}, 1)


def away(staff: str, cover: str | None = None, *, begins: datetime | None = None, hours: float = 8) -> Absence:
    """An absence, by default in force at noon."""
    first = begins or NOON - timedelta(hours=1)
    return Absence(staff, first, first + timedelta(hours=hours), cover)


def settings(topics: Mapping[Topic, Sequence[str]] | None = None, **values: object) -> MessagingSettings:
    """Settings with messaging on and these recipients."""
    made = MessagingSettings(messaging_enabled=True, practice=topic_set(topics or {}), version=1)
    return replace(made, **values)  # type: ignore[arg-type] # a test names the fields.


def topic_set(recipients: Mapping[Topic, Sequence[str]], *, off: Sequence[Topic] = ()) -> TopicSet:
    """A set in which these topics have recipients and those are off."""
    return TopicSet(
        {
            topic: replace(standard, recipients=tuple(recipients.get(topic, ())), enabled=topic not in off)
            for topic, standard in new_topic_set().topics.items()
        }
    )


def a_patient(patient: str = "pat", *, team: Sequence[str] = (), **values: object) -> Patient:
    """A patient of the north clinic with this care team."""
    members = tuple(CareTeamMember(staff, "Physician") for staff in team)
    made = Patient(patient, "Pat Doe", home_site="north", sites=("north",), care_team=members)
    return replace(made, **values)  # type: ignore[arg-type] # a test names the fields.


def a_document(staff: Sequence[Staff] = (), patients: Sequence[Patient] = ()) -> RosterDocument:
    """A roster of two sites with these people."""
    records = tuple(
        StaffRecord(member.id, member.name, member.email, member.title, member.roles, member.active) for member in staff
    )
    return RosterDocument((NORTH, SOUTH), records, tuple(patients))
