"""What staff answer and hand on, and on whose behalf the patient's side reads."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from adapters.documents.document import Document, load, read
from adapters.documents.fields import Id
from router.errors import Invalid
from router.flows.staff.forward import NOTE_LIMIT, ForwardRequest
from router.messages.message import BODY_LIMIT


class ReplyDocument(Document):
    """A reply to the patient's side."""

    staff: Id
    body: Annotated[str, Field(description=f"1 to {BODY_LIMIT} characters after trimming.")]
    last_seen: Annotated[Id | None, Field(description="The newest entry that was seen; absent: the message.")] = None


class ForwardDocument(Document):
    """Into whose inbox it goes as well."""

    staff: Id
    to: Id
    note: Annotated[str, Field(description=f"For staff only, at most {NOTE_LIMIT} characters.")] = ""
    whole_conversation: Annotated[bool, Field(description="All messages; the other then owns the conversation.")] = (
        False
    )


class ActorDocument(Document):
    """Who reads: an authorized user's id; absent: the patient."""

    actor: Id | None = None


def parse_reply_json(data: bytes) -> tuple[str, str, UUID | None]:
    """Who replies, what, and what they have seen. Raises Invalid with the fields."""
    document = read(ReplyDocument, load(data))
    return document.staff, document.body, _seen(document.last_seen)


def parse_forward_json(data: bytes) -> tuple[str, ForwardRequest]:
    """Who forwards, and how. Raises Invalid with the fields."""
    document = read(ForwardDocument, load(data))
    return document.staff, ForwardRequest(document.to, document.note, document.whole_conversation)


def parse_actor_json(data: bytes) -> str | None:
    """Who reads. Raises Invalid with the fields."""
    return read(ActorDocument, load(data)).actor if data.strip() else None


def _seen(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text is not None else None
    except ValueError:
        raise Invalid.at("last_seen", "is not an entry of this conversation") from None
