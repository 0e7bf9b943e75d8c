"""Another priority for a message."""

from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from adapters.documents.document import load, read
from adapters.documents.staff import ActingStaffDocument
from router.flows.staff.urgency import PriorityRequest
from router.messages.priority import LoweredBecause, Priority

ROUTINE_NEEDS_REASON: JsonDict = {
    "if": {"properties": {"priority": {"const": Priority.ROUTINE.value}}},
    "then": {"properties": {"reason": {"type": "string"}}, "required": ["reason"]},
    "else": {"properties": {"reason": {"type": "null"}}},
}


class PriorityDocument(ActingStaffDocument):
    """The new priority of a message."""

    model_config = ConfigDict(json_schema_extra=ROUTINE_NEEDS_REASON)

    priority: Annotated[Priority, Field(strict=False, description="`urgent` raises it, `routine` lowers it.")]
    reason: Annotated[
        LoweredBecause | None,
        Field(
            strict=False,
            description="Required to lower it: it can wait, the words meant something else, or it has already been "
            "taken care of.",
        ),
    ] = None


def parse_priority_json(data: bytes) -> tuple[str, PriorityRequest]:
    """Who changes it, and how. Raises Invalid with the fields."""
    document = read(PriorityDocument, load(data))
    return document.staff, PriorityRequest(document.priority, document.reason)
