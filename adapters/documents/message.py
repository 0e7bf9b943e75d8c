"""Messages as they come in, one or up to five hundred."""

from typing import Annotated, Any

from pydantic import Field

from adapters.documents.document import Document, load, read
from adapters.documents.fields import Id, IdempotencyKey, TopicName
from router.errors import Invalid
from router.message import BODY_LIMIT, SUBJECT_LIMIT, Draft

MOST_ITEMS = 500


class MessageDocument(Document):
    """A first message of a conversation."""

    patient: Id
    sender: Annotated[Id | None, Field(description="The authorized user who writes; absent: the patient.")] = None
    site: Annotated[Id | None, Field(description="One of the patient's sites; absent: the home site.")] = None
    topic: TopicName
    to: Annotated[Id | None, Field(description="The chosen member of the care team, where a choice is offered.")] = None
    subject: Annotated[str, Field(description=f"1 to {SUBJECT_LIMIT} characters after trimming.")]
    body: Annotated[str, Field(description=f"1 to {BODY_LIMIT} characters after trimming.")]
    private: Annotated[bool, Field(description="Authorized users don't see the conversation.")] = False


class BatchItemDocument(MessageDocument):
    """A message within a batch, with its key."""

    idempotency_key: IdempotencyKey


class BatchDocument(Document):
    """Several messages; each is read on its own, so that a wrong one does not sink the others."""

    items: Annotated[list[Any], Field(max_length=MOST_ITEMS)]


def parse_message(value: object, idempotency_key: str) -> Draft:
    """Make a draft of what JSON became. Raises Invalid with the fields."""
    return _draft(read(MessageDocument, value), idempotency_key)


def parse_message_json(data: bytes, idempotency_key: str) -> Draft:
    """Make a draft of JSON. Raises Invalid with the fields."""
    return parse_message(load(data), idempotency_key)


def parse_batch_json(data: bytes) -> list[Draft | Invalid]:
    """Make a draft of each item, or say what is wrong with it. Raises Invalid when the batch itself is wrong."""
    return [_item(one) for one in read(BatchDocument, load(data)).items]


def _item(value: object) -> Draft | Invalid:
    try:
        document = read(BatchItemDocument, value)
    except Invalid as invalid:
        return invalid
    return _draft(document, document.idempotency_key)


def _draft(document: MessageDocument, idempotency_key: str) -> Draft:
    return Draft(
        idempotency_key=idempotency_key,
        patient=document.patient,
        topic=document.topic,
        subject=document.subject,
        body=document.body,
        sender=document.sender,
        site=document.site,
        to=document.to,
        private=document.private,
    )
