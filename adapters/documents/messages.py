"""Messages as they come in, one or up to five hundred."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from adapters.documents.document import Document, load, read
from adapters.documents.fields import Id, IdempotencyKey, TopicName
from router.errors import Invalid
from router.messages.message import BODY_LIMIT, SUBJECT_LIMIT, Draft, ReplyDraft

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


class PatientReplyDocument(Document):
    """A further message in a conversation: topic, site and To: come from it."""

    patient: Id
    sender: Annotated[Id | None, Field(description="The authorized user who writes; absent: the patient.")] = None
    conversation: Annotated[Id, Field(description="The conversation that is answered.")]
    body: Annotated[str, Field(description=f"1 to {BODY_LIMIT} characters after trimming.")]


class BatchItemDocument(MessageDocument):
    """A message within a batch, with its key."""

    idempotency_key: IdempotencyKey


class BatchReplyDocument(PatientReplyDocument):
    """A reply within a batch, with its key."""

    idempotency_key: IdempotencyKey


class BatchDocument(Document):
    """Several messages; each is read on its own, so that a wrong one does not sink the others."""

    items: Annotated[list[Any], Field(max_length=MOST_ITEMS)]


def parse_message(value: object, idempotency_key: str) -> Draft | ReplyDraft:
    """Make a draft of what JSON became: a reply where it names a conversation. Raises Invalid with the fields."""
    if _is_reply(value):
        return _reply(read(PatientReplyDocument, value), idempotency_key)
    return _draft(read(MessageDocument, value), idempotency_key)


def parse_message_json(data: bytes, idempotency_key: str) -> Draft | ReplyDraft:
    """Make a draft of JSON. Raises Invalid with the fields."""
    return parse_message(load(data), idempotency_key)


def parse_batch_json(data: bytes) -> list[Draft | ReplyDraft | Invalid]:
    """Make a draft of each item, or say what is wrong with it. Raises Invalid when the batch itself is wrong."""
    return [_item_or_problem(one) for one in read(BatchDocument, load(data)).items]


def _is_reply(value: object) -> bool:
    return isinstance(value, dict) and "conversation" in value


def parse_item(value: object) -> Draft | ReplyDraft:
    """Make a draft of a message that carries its key among its fields. Raises Invalid with the fields."""
    if _is_reply(value):
        reply = read(BatchReplyDocument, value)
        return _reply(reply, reply.idempotency_key)
    document = read(BatchItemDocument, value)
    return _draft(document, document.idempotency_key)


def parse_item_json(data: bytes) -> Draft | ReplyDraft:
    """Make a draft of JSON that carries its key among its fields. Raises Invalid with the fields."""
    return parse_item(load(data))


def _item_or_problem(value: object) -> Draft | ReplyDraft | Invalid:
    try:
        return parse_item(value)
    except Invalid as invalid:
        return invalid


def _reply(document: PatientReplyDocument, idempotency_key: str) -> ReplyDraft:
    try:
        conversation = UUID(document.conversation)
    except ValueError:
        # It belongs to nothing, and the answer is that of any unknown conversation.
        conversation = UUID(int=0)
    return ReplyDraft(idempotency_key, document.patient, conversation, document.body, document.sender)


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
