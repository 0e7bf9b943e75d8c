"""The right topic of a conversation."""

from typing import Annotated

from pydantic import Field

from adapters.documents.document import load, read
from adapters.documents.fields import Id, TopicName
from adapters.documents.replies import Note, seen_entry
from adapters.documents.staff import ActingStaffDocument
from router.flows.staff.correction import CorrectionRequest
from router.flows.staff.forward import NOTE_LIMIT


class CorrectionDocument(ActingStaffDocument):
    """The topic that a conversation should have."""

    topic: Annotated[TopicName, Field(description="A topic that is on at the conversation's site.")]
    note: Annotated[Note, Field(description=f"For staff only; at most {NOTE_LIMIT} characters.")] = ""
    last_seen: Annotated[
        Id | None,
        Field(
            description="The id of the newest entry that was seen. If omitted, the message itself.",
            json_schema_extra={"format": "uuid"},
        ),
    ] = None


def parse_correction_json(data: bytes) -> tuple[str, CorrectionRequest]:
    """Who corrects it, and how. Raises Invalid with the fields."""
    document = read(CorrectionDocument, load(data))
    return document.staff, CorrectionRequest(document.topic, document.note, seen_entry(document.last_seen))
