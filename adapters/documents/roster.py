"""The roster document: sites, staff and patients of a practice."""

from typing import Annotated

from pydantic import Field

from adapters.documents.document import Document, load, read
from adapters.documents.fields import Date, Email, Id, Moment, Name, PermissionName, RecordNumber, RoleName
from router.errors import Invalid
from router.practice.email_addresses import cleaned_address
from router.practice.people import AuthorizedUser, CareTeamMember, Patient, Site
from router.practice.roster import RosterDocument, StaffRecord
from router.practice.roster_rules import with_key

# A frontend that knows nothing of merged charts says nothing of them, and undoes none: null does.
LINK = "replaced_by"
UNSAID = (LINK,)


class SiteDocument(Document):
    """A location of the practice."""

    id: Annotated[Id, Field(description="The practice's own id for the site.")]
    name: Annotated[Name, Field(description="What people call it.")]


class StaffDocument(Document):
    """A member of staff."""

    id: Annotated[Id, Field(description="The practice's own id for the person.")]
    name: Annotated[Name, Field(description="Their name.")]
    email: Annotated[Email | None, Field(description="The address for email notifications. Omit it to send none.")] = (
        None
    )
    title: Annotated[Name | None, Field(description="Their job title, such as Nurse.")] = None
    roles: Annotated[
        list[RoleName] | None,
        Field(description="What they may do. Omit it to keep their roles; a new person is `staff`."),
    ] = None
    active: Annotated[bool, Field(description="Whether they work here. Staff who have left get no messages.")] = True


class CareTeamMemberDocument(Document):
    """A member of a patient's care team."""

    staff: Annotated[Id, Field(description="The id of a member of staff.")]
    role: Annotated[Name, Field(description="Their role on the care team.")]


class AuthorizedUserDocument(Document):
    """Somebody who acts for a patient."""

    id: Annotated[Id, Field(description="The practice's own id for the person.")]
    name: Annotated[Name, Field(description="Their name.")]
    email: Annotated[Email | None, Field(description="The address for email notifications.")] = None
    notify: Annotated[bool, Field(description="Whether they want an email about replies.")] = False
    permissions: Annotated[list[PermissionName], Field(description="What the patient lets them do.")]
    until: Annotated[Moment | None, Field(description="When their access ends.")] = None


class PatientDocument(Document):
    """The parts of a patient's chart that messages need."""

    id: Annotated[Id, Field(description="The practice's own id for the patient.")]
    name: Annotated[Name, Field(description="The patient's name.")]
    birth_date: Annotated[Date | None, Field(description="The patient's date of birth.")] = None
    record_number: Annotated[RecordNumber | None, Field(description="The number of the patient's chart.")] = None
    email: Annotated[Email | None, Field(description="The address for email notifications.")] = None
    notify: Annotated[bool, Field(description="Whether the patient wants an email about replies.")] = False
    home_site: Annotated[Id | None, Field(description="The id of the site that the patient usually attends.")] = None
    sites: Annotated[
        list[Id] | None, Field(description="The ids of all sites that the patient attends. Omit it for the home site.")
    ] = None
    active: Annotated[bool, Field(description="Whether the chart is active; if not, nobody can write in it.")] = True
    care_team: Annotated[list[CareTeamMemberDocument], Field(description="Who looks after the patient.")] = Field(
        default_factory=list
    )
    authorized_users: Annotated[list[AuthorizedUserDocument], Field(description="Who acts for the patient.")] = Field(
        default_factory=list
    )
    replaced_by: Annotated[
        Id | None,
        Field(description="The chart that this one was merged into; null undoes that. Omit it to leave it as it is."),
    ] = None


class RosterBody(Document):
    """The people and places of a practice; each record replaces the whole stored one."""

    sites: Annotated[list[SiteDocument], Field(description="The sites.")] = Field(default_factory=list)
    staff: Annotated[list[StaffDocument], Field(description="The staff.")] = Field(default_factory=list)
    patients: Annotated[list[PatientDocument], Field(description="The patients.")] = Field(default_factory=list)


def parse_roster(value: object) -> RosterDocument:
    """Make a roster of what JSON became. Raises Invalid with the fields."""
    try:
        body = read(RosterBody, value)
    except Invalid as invalid:
        ids = {name: _ids(value, name) for name in RosterBody.model_fields}
        raise Invalid(invalid.detail, [with_key(error, ids) for error in invalid.errors]) from None
    return RosterDocument(
        sites=tuple(Site(one.id, one.name.strip()) for one in body.sites),
        staff=tuple(staff_record(one) for one in body.staff),
        patients=tuple(patient_of(one) for one in body.patients),
        unsaid={one.id: UNSAID for one in body.patients if LINK not in one.model_fields_set},
    )


def parse_roster_json(data: bytes) -> RosterDocument:
    """Make a roster of JSON. Raises Invalid with the fields."""
    return parse_roster(load(data))


def _ids(value: object, name: str) -> list[object]:
    """What stands as id in each record of a list of a document that may be anything."""
    records = value.get(name) if isinstance(value, dict) else None
    return [
        record.get("id") if isinstance(record, dict) else None
        for record in (records if isinstance(records, list) else ())
    ]


def staff_record(document: StaffDocument) -> StaffRecord:
    """The record that a document names."""
    return StaffRecord(
        id=document.id,
        name=document.name.strip(),
        email=address_of(document.email),
        title=trimmed(document.title),
        roles=None if document.roles is None else frozenset(document.roles),
        active=document.active,
    )


def patient_of(document: PatientDocument) -> Patient:
    """The chart that a document names."""
    home = [document.home_site] if document.home_site is not None else []
    return Patient(
        id=document.id,
        name=document.name.strip(),
        birth_date=document.birth_date,
        record_number=trimmed(document.record_number),
        email=address_of(document.email),
        notify=document.notify,
        home_site=document.home_site,
        sites=tuple(home if document.sites is None else document.sites),
        active=document.active,
        care_team=tuple(CareTeamMember(one.staff, one.role.strip()) for one in document.care_team),
        authorized_users=tuple(_authorized_user(one) for one in document.authorized_users),
        replaced_by=document.replaced_by,
    )


def _authorized_user(document: AuthorizedUserDocument) -> AuthorizedUser:
    return AuthorizedUser(
        id=document.id,
        name=document.name.strip(),
        email=address_of(document.email),
        notify=document.notify,
        permissions=frozenset(document.permissions),
        until=document.until,
    )


def address_of(text: str | None) -> str | None:
    """An email address, cleaned of what stands around it; what is absent stays absent."""
    return None if text is None else cleaned_address(text)


def trimmed(text: str | None) -> str | None:
    """The text without what stands around it; what is absent stays absent."""
    return None if text is None else text.strip()
