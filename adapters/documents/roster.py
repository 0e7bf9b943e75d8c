"""The roster document: sites, staff and patients of a practice."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field, ValidationError

from adapters.documents.document import NOT_VALID, Document
from adapters.documents.fields import Date, Email, Moment, Name, PermissionName, RecordNumber, RoleName, RosterId
from adapters.documents.problems import MOST_ERRORS, field_errors, repeated_error
from adapters.documents.records import Part, parts_of, parts_of_json
from router.errors import FieldError, Invalid
from router.practice.email_addresses import cleaned_address
from router.practice.people import AuthorizedUser, CareTeamMember, Patient, Site
from router.practice.roster import RosterDocument, StaffRecord
from router.practice.roster_rules import keyed

# A frontend that knows nothing of merged charts says nothing of them, and undoes none: null does.
LINK = "replaced_by"
UNSAID = (LINK,)


class SiteDocument(Document):
    """A location of the practice."""

    id: Annotated[RosterId, Field(description="The practice's own id for the site.")]
    name: Annotated[Name, Field(description="What people call it.")]


class StaffDocument(Document):
    """A member of staff."""

    id: Annotated[RosterId, Field(description="The practice's own id for the person.")]
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

    staff: Annotated[RosterId, Field(description="The id of a member of staff.")]
    role: Annotated[Name, Field(description="Their role on the care team.")]


class AuthorizedUserDocument(Document):
    """Somebody who acts for a patient."""

    id: Annotated[RosterId, Field(description="The practice's own id for the person.")]
    name: Annotated[Name, Field(description="Their name.")]
    email: Annotated[Email | None, Field(description="The address for email notifications.")] = None
    notify: Annotated[bool, Field(description="Whether they want an email about replies.")] = False
    permissions: Annotated[list[PermissionName], Field(description="What the patient lets them do.")]
    until: Annotated[Moment | None, Field(description="When their access ends.")] = None


class PatientDocument(Document):
    """The parts of a patient's chart that messages need."""

    id: Annotated[RosterId, Field(description="The practice's own id for the patient.")]
    name: Annotated[Name, Field(description="The patient's name.")]
    birth_date: Annotated[Date | None, Field(description="The patient's date of birth.")] = None
    record_number: Annotated[RecordNumber | None, Field(description="The number of the patient's chart.")] = None
    email: Annotated[Email | None, Field(description="The address for email notifications.")] = None
    notify: Annotated[bool, Field(description="Whether the patient wants an email about replies.")] = False
    home_site: Annotated[RosterId | None, Field(description="The id of the site that the patient usually attends.")] = (
        None
    )
    sites: Annotated[
        list[RosterId] | None,
        Field(description="The ids of all sites that the patient attends. Omit it for the home site."),
    ] = None
    active: Annotated[bool, Field(description="Whether the chart is active; if not, nobody can write in it.")] = True
    care_team: Annotated[list[CareTeamMemberDocument], Field(description="Who looks after the patient.")] = Field(
        default_factory=list
    )
    authorized_users: Annotated[list[AuthorizedUserDocument], Field(description="Who acts for the patient.")] = Field(
        default_factory=list
    )
    replaced_by: Annotated[
        RosterId | None,
        Field(description="The chart that this one was merged into; null undoes that. Omit it to leave it as it is."),
    ] = None


RECORDS: Mapping[str, type[Document]] = {"sites": SiteDocument, "staff": StaffDocument, "patients": PatientDocument}


class RosterBody(Document):
    """The people and places of a practice; each record replaces the whole stored one."""

    sites: Annotated[list[SiteDocument], Field(description="The sites.")] = Field(default_factory=list)
    staff: Annotated[list[StaffDocument], Field(description="The staff.")] = Field(default_factory=list)
    patients: Annotated[list[PatientDocument], Field(description="The patients.")] = Field(default_factory=list)


def parse_roster(value: object) -> RosterDocument:
    """Make a roster from parsed JSON. Raises Invalid with the fields."""
    return _roster_of(parts_of(value, RosterBody.model_fields))


def parse_roster_json(data: bytes) -> RosterDocument:
    """Make a roster from JSON, record by record. Raises Invalid with the fields."""
    return _roster_of(parts_of_json(data, RosterBody.model_fields))


def _roster_of(parts: Iterable[Part]) -> RosterDocument:
    reading = _Reading()
    for part in parts:
        if part.index is None:
            reading.begin(part)
        else:
            reading.add(part, part.index)
    errors = [*reading.around(), *(error for name in RosterBody.model_fields for error in reading.wrong[name])]
    if errors:
        raise Invalid(NOT_VALID, errors[:MOST_ERRORS])
    return RosterDocument(tuple(reading.sites), tuple(reading.staff), tuple(reading.patients), unsaid=reading.unsaid)


@dataclass(slots=True)
class _Reading:
    """The records that were read, what is wrong with others, and the document around its lists."""

    body: dict[str, object] = field(default_factory=dict)
    sites: list[Site] = field(default_factory=list)
    staff: list[StaffRecord] = field(default_factory=list)
    patients: list[Patient] = field(default_factory=list)
    unsaid: dict[str, tuple[str, ...]] = field(default_factory=dict)
    wrong: defaultdict[str, list[FieldError]] = field(default_factory=lambda: defaultdict(list))

    def begin(self, part: Part) -> None:
        """Take a member of the document."""
        self.body[part.member] = part.value

    def around(self) -> list[FieldError]:
        """What is wrong with the document besides its records."""
        try:
            RosterBody.model_validate(self.body)
        except ValidationError as invalid:
            return field_errors(invalid)
        return []

    def add(self, part: Part, index: int) -> None:
        """Read one record."""
        found = [repeated_error((part.member, index, *one.place)) for one in part.repeated]
        try:
            record = RECORDS[part.member].model_validate(part.value)
        except ValidationError as invalid:
            found += field_errors(invalid, (part.member, index))
        wrong = self.wrong[part.member]
        if not found:
            self._store(record)
        elif len(wrong) < MOST_ERRORS:
            identifier = part.value.get("id") if isinstance(part.value, dict) else None
            wrong += [keyed(error, identifier) for error in found]

    def _store(self, record: Document) -> None:
        if isinstance(record, PatientDocument):
            self.patients.append(patient_of(record))
            if LINK not in record.model_fields_set:
                self.unsaid[record.id] = UNSAID
        elif isinstance(record, StaffDocument):
            self.staff.append(staff_record(record))
        elif isinstance(record, SiteDocument):
            self.sites.append(Site(record.id, record.name.strip()))


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
