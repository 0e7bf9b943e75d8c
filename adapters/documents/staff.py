"""Changes of one member of staff, and absences."""

from typing import Annotated

from pydantic import Field

from adapters.documents.document import Document, load, read
from adapters.documents.fields import Id, Moment, RoleName
from adapters.documents.roster import address_of
from router.practice.availability import Absence


class StaffChangeDocument(Document):
    """The fields to change; absent ones stay as they are."""

    name: str = ""
    email: str | None = None
    title: str | None = None
    roles: list[RoleName] = Field(default_factory=list)
    active: bool = True


class AbsenceDocument(Document):
    """Somebody is away from the one time until the other, and who covers for them."""

    begins: Annotated[Moment, Field(alias="from")]
    until: Moment
    cover: Id | None = None


class ActingStaffDocument(Document):
    """In whose name something is done in an inbox."""

    staff: Id


def parse_staff_change_json(data: bytes) -> dict[str, object]:
    """The fields that the document names, with their new values. Raises Invalid with the fields."""
    document = read(StaffChangeDocument, load(data))
    fields = {name: _value(getattr(document, name)) for name in document.model_fields_set}
    return fields | {"email": address_of(document.email)} if "email" in fields else fields


def parse_absence_json(data: bytes, staff: str) -> Absence:
    """Make the absence of this person of JSON. Raises Invalid with the fields."""
    document = read(AbsenceDocument, load(data))
    return Absence(staff, document.begins, document.until, document.cover)


def parse_acting_staff_json(data: bytes) -> str:
    """The id of who acts. Raises Invalid with the fields."""
    return read(ActingStaffDocument, load(data)).staff


def _value(value: object) -> object:
    if isinstance(value, list):
        return frozenset(value)
    return value.strip() if isinstance(value, str) else value
