"""Changes of one member of staff, and absences."""

from typing import Annotated

from pydantic import ConfigDict, Field

from adapters.documents.document import Document, load, read, without_defaults
from adapters.documents.fields import Email, Id, Moment, Name, OutcomeName, RoleName, UndoableActName
from adapters.documents.roster import StaffDocument, address_of, staff_record
from router.messages.states import Outcome
from router.messages.undo import UndoableAct
from router.practice.availability import Absence
from router.practice.roster import StaffRecord


class StaffChangeDocument(Document):
    """The fields to change. Omitted fields stay unchanged."""

    model_config = ConfigDict(json_schema_extra=without_defaults)

    name: Annotated[Name, Field(description="Their name.")] = ""
    email: Annotated[Email | None, Field(description="The address for email notifications; null: none are sent.")] = (
        None
    )
    title: Annotated[Name | None, Field(description="Their job title; null: none.")] = None
    roles: Annotated[list[RoleName], Field(description="What they may do.")] = Field(default_factory=list)
    active: Annotated[
        bool, Field(description="Whether they work here. If false, their unfinished messages are routed again.")
    ] = True


class AbsenceDocument(Document):
    """Somebody's absence, and who covers for them."""

    begins: Annotated[Moment, Field(alias="from", description="From when.")]
    until: Annotated[Moment, Field(description="Until when; later than `from`.")]
    cover: Annotated[Id | None, Field(description="The id of the person who covers. Omit it if nobody does.")] = None


class ActingStaffDocument(Document):
    """The member of staff who acts in an inbox."""

    staff: Annotated[Id, Field(description="The id of the member of staff.")]


class DoneDocument(ActingStaffDocument):
    """How a message was finished."""

    outcome: Annotated[
        OutcomeName | None,
        Field(description="`answered_by_phone` counts as an answer, and the patient can see it."),
    ] = None


class UndoDocument(ActingStaffDocument):
    """What is undone."""

    act: Annotated[
        UndoableActName | None,
        Field(description="The act to undo; 409 if it isn't the last one. Omit it to undo the last one."),
    ] = None


class OverdueHandOverDocument(Document):
    """To whom an overdue message goes."""

    to: Annotated[
        Id,
        Field(
            description="`catch_all`, `cascade` (route it again), or the id of somebody who is allowed to get it: a "
            "recipient of the topic, a member of the patient's care team or of the catch-all."
        ),
    ]


def parse_overdue_hand_over_json(data: bytes) -> str:
    """To whom an overdue message goes. Raises Invalid with the fields."""
    return read(OverdueHandOverDocument, load(data)).to


def parse_staff_change_json(data: bytes) -> dict[str, object]:
    """The fields that the document names, with their new values. Raises Invalid with the fields."""
    document = read(StaffChangeDocument, load(data))
    fields = {name: _value(getattr(document, name)) for name in document.model_fields_set}
    return fields | {"email": address_of(document.email)} if "email" in fields else fields


def parse_new_staff_json(data: bytes) -> StaffRecord:
    """The person to add. Raises Invalid with the fields."""
    return staff_record(read(StaffDocument, load(data)))


def parse_absence_json(data: bytes, staff: str) -> Absence:
    """Make this person's absence from JSON. Raises Invalid with the fields."""
    document = read(AbsenceDocument, load(data))
    return Absence(staff, document.begins, document.until, document.cover)


def parse_acting_staff_json(data: bytes) -> str:
    """The id of who acts. Raises Invalid with the fields."""
    return read(ActingStaffDocument, load(data)).staff


def parse_done_json(data: bytes) -> tuple[str, Outcome | None]:
    """The id of who acts, and how they finished. Raises Invalid with the fields."""
    document = read(DoneDocument, load(data))
    return document.staff, document.outcome


def parse_undo_json(data: bytes) -> tuple[str, UndoableAct | None]:
    """The id of who acts, and the act that they undo, if they name one. Raises Invalid with the fields."""
    document = read(UndoDocument, load(data))
    return document.staff, document.act


def _value(value: object) -> object:
    if isinstance(value, list):
        return frozenset(value)
    return value.strip() if isinstance(value, str) else value
