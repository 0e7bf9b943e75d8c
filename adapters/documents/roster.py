"""The roster document: sites, staff and patients of a practice."""

from typing import Annotated

from pydantic import Field

from adapters.documents.document import Document, load, read
from adapters.documents.fields import Date, Id, PermissionName, RoleName
from router.practice.email_addresses import cleaned_address
from router.practice.people import AuthorizedUser, CareTeamMember, Patient, Site
from router.practice.roster import RosterDocument, StaffRecord


class SiteDocument(Document):
    """A location."""

    id: Id
    name: str


class StaffDocument(Document):
    """A member of staff; without `roles` they keep the ones they have."""

    id: Id
    name: str
    email: str | None = None
    title: str | None = None
    roles: list[RoleName] | None = None
    active: bool = True


class CareTeamMemberDocument(Document):
    """One line of a care team."""

    staff: Id
    role: str


class AuthorizedUserDocument(Document):
    """Somebody who acts for a patient."""

    id: Id
    name: str
    email: str | None = None
    notify: bool = False
    permissions: list[PermissionName]


class PatientDocument(Document):
    """A patient's chart, as far as messages need it."""

    id: Id
    name: str
    birth_date: Date | None = None
    record_number: str | None = None
    email: str | None = None
    notify: bool = False
    home_site: Id | None = None
    sites: Annotated[list[Id] | None, Field(description="Absent: the home site alone.")] = None
    active: bool = True
    care_team: list[CareTeamMemberDocument] = Field(default_factory=list)
    authorized_users: list[AuthorizedUserDocument] = Field(default_factory=list)


class RosterBody(Document):
    """What is named is brought up to date; each record replaces the one that is there as a whole."""

    sites: list[SiteDocument] = Field(default_factory=list)
    staff: list[StaffDocument] = Field(default_factory=list)
    patients: list[PatientDocument] = Field(default_factory=list)


def parse_roster(value: object) -> RosterDocument:
    """Make a roster of what JSON became. Raises Invalid with the fields."""
    body = read(RosterBody, value)
    return RosterDocument(
        sites=tuple(Site(one.id, one.name.strip()) for one in body.sites),
        staff=tuple(_staff(one) for one in body.staff),
        patients=tuple(_patient(one) for one in body.patients),
    )


def parse_roster_json(data: bytes) -> RosterDocument:
    """Make a roster of JSON. Raises Invalid with the fields."""
    return parse_roster(load(data))


def _staff(document: StaffDocument) -> StaffRecord:
    return StaffRecord(
        id=document.id,
        name=document.name.strip(),
        email=address_of(document.email),
        title=trimmed(document.title),
        roles=None if document.roles is None else frozenset(document.roles),
        active=document.active,
    )


def _patient(document: PatientDocument) -> Patient:
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
    )


def _authorized_user(document: AuthorizedUserDocument) -> AuthorizedUser:
    return AuthorizedUser(
        id=document.id,
        name=document.name.strip(),
        email=address_of(document.email),
        notify=document.notify,
        permissions=frozenset(document.permissions),
    )


def address_of(text: str | None) -> str | None:
    """An email address, cleaned of what stands around it; what is absent stays absent."""
    return None if text is None else cleaned_address(text)


def trimmed(text: str | None) -> str | None:
    """The text without what stands around it; what is absent stays absent."""
    return None if text is None else text.strip()
