"""One act on several deliveries."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from adapters.documents.document import Document, load, read
from adapters.documents.fields import Id, MadeId
from adapters.documents.replies import Note
from router.errors import Invalid
from router.flows.staff.bulk import MOST_DELIVERIES, BulkAct, BulkRequest
from router.flows.staff.forward import NOTE_LIMIT, ForwardRequest

# As JSON Schema says it: a forward needs somebody to forward to.
FORWARD_NEEDS_TO: JsonDict = {
    "if": {"properties": {"do": {"const": BulkAct.FORWARD.value}}},
    "then": {"properties": {"to": {"type": "string"}}, "required": ["to"]},
}


class BulkDocument(Document):
    """An act on several deliveries of one person."""

    model_config = ConfigDict(json_schema_extra=FORWARD_NEEDS_TO)

    staff: Annotated[Id, Field(description="The id of the member of staff.")]
    do: Annotated[BulkAct, Field(strict=False, description="What to do with each of them.")]
    deliveries: Annotated[
        list[MadeId],
        Field(description="The ids of the deliveries.", min_length=1, max_length=MOST_DELIVERIES),
    ]
    to: Annotated[Id | None, Field(description="For `forward`: the id of the colleague.")] = None
    note: Annotated[Note, Field(description=f"For `forward`: for staff only; at most {NOTE_LIMIT} characters.")] = ""


def parse_bulk_json(data: bytes) -> tuple[str, BulkRequest]:
    """Who acts, and what they do. Raises Invalid with the fields."""
    document = read(BulkDocument, load(data))
    forward = ForwardRequest(document.to, document.note, whole_conversation=False) if document.to is not None else None
    deliveries = tuple(_delivery(index, text) for index, text in enumerate(document.deliveries))
    return document.staff, BulkRequest(document.do, deliveries, forward)


def _delivery(index: int, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid.at(f"deliveries.{index}", "is not an id of a delivery") from None
