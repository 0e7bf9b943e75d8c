"""Replies, forwards and drafts of staff, and the actor on the patient's side."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, WithJsonSchema

from adapters.documents.document import Document, load, read
from adapters.documents.fields import CONTROLS_BUT_LINES, Body, Id, MadeId
from router.errors import Invalid
from router.flows.staff.forward import NOTE_LIMIT, ForwardRequest
from router.flows.staff.replies import ReplyRequest
from router.messages.drafts import DRAFT_LIMIT, StaffDraft
from router.messages.message import BODY_LIMIT

NOTE_PATTERN = rf"^\s*([^{CONTROLS_BUT_LINES}]*[^\s{CONTROLS_BUT_LINES}])?\s*$"
DraftBody = Annotated[str, WithJsonSchema({"type": "string", "maxLength": DRAFT_LIMIT, "pattern": NOTE_PATTERN})]
Note = Annotated[str, WithJsonSchema({"type": "string", "maxLength": NOTE_LIMIT, "pattern": NOTE_PATTERN})]


class ReplyDocument(Document):
    """A reply to the patient's side."""

    staff: Annotated[Id, Field(description="The id of the member of staff who replies.")]
    body: Annotated[Body, Field(description=f"The text: 1 to {BODY_LIMIT} characters after trimming.")]
    last_seen: Annotated[
        MadeId | None,
        Field(description="The id of the newest entry that the author has seen. If omitted, the message itself."),
    ] = None
    keep_open: Annotated[
        bool, Field(description="Keeps the message open in this inbox, and promises a further answer.")
    ] = False


class ForwardDocument(Document):
    """A forward to a colleague's inbox."""

    staff: Annotated[Id, Field(description="The id of the member of staff who forwards.")]
    to: Annotated[Id, Field(description="The id of the colleague.")]
    note: Annotated[Note, Field(description=f"For staff only; at most {NOTE_LIMIT} characters.")] = ""
    whole_conversation: Annotated[
        bool, Field(description="Forwards all messages of the conversation, which the colleague then owns.")
    ] = False


class DraftDocument(Document):
    """A reply that is being written."""

    staff: Annotated[Id, Field(description="The id of the member of staff who writes.")]
    body: Annotated[DraftBody, Field(description=f"The text so far: at most {DRAFT_LIMIT} characters.")]


class ActorDocument(Document):
    """The actor on whose behalf the call is made."""

    actor: Annotated[Id | None, Field(description="The id of an authorized user. Omit it for the patient.")] = None


class ReadMarkDocument(ActorDocument):
    """The actor who has read a conversation, and how far."""

    last_seen: Annotated[
        MadeId | None,
        Field(
            description="The id of the newest entry that the actor was shown. If omitted, all entries count as read, "
            "also one that was written after the conversation was shown."
        ),
    ] = None


def parse_reply_json(data: bytes) -> tuple[str, ReplyRequest]:
    """Who replies, and how. Raises Invalid with the fields."""
    document = read(ReplyDocument, load(data))
    request = ReplyRequest(document.body, seen_entry(document.last_seen), keep_open=document.keep_open)
    return document.staff, request


def parse_forward_json(data: bytes) -> tuple[str, ForwardRequest]:
    """Who forwards, and how. Raises Invalid with the fields."""
    document = read(ForwardDocument, load(data))
    return document.staff, ForwardRequest(document.to, document.note, document.whole_conversation)


def parse_draft_json(data: bytes) -> tuple[str, StaffDraft]:
    """Who writes, and the text so far. Raises Invalid with the fields."""
    document = read(DraftDocument, load(data))
    return document.staff, StaffDraft(document.body)


def parse_actor_json(data: bytes) -> str | None:
    """Who reads. Raises Invalid with the fields."""
    return read(ActorDocument, load(data)).actor if data.strip() else None


def parse_read_mark_json(data: bytes) -> tuple[str | None, UUID | None]:
    """Who has read, and the newest entry that they were shown. Raises Invalid with the fields."""
    if not data.strip():
        return None, None
    document = read(ReadMarkDocument, load(data))
    return document.actor, seen_entry(document.last_seen)


def seen_entry(text: str | None) -> UUID | None:
    """The id of the newest entry that somebody says they have seen. Raises Invalid if it isn't an id."""
    try:
        return UUID(text) if text is not None else None
    except ValueError:
        raise Invalid.at("last_seen", "is not an entry of this conversation") from None
