"""Messages as they come in, one or up to five hundred."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from adapters.documents.document import Document, load, read
from adapters.documents.fields import Body, Id, IdempotencyKey, Subject, TopicName
from router.errors import Invalid
from router.messages.message import (
    BODY_LIMIT,
    CONVERSATION_CHARACTERS,
    CONVERSATION_MESSAGES,
    KEY_LIMIT,
    SUBJECT_LIMIT,
    Draft,
    ReplyDraft,
)
from router.messages.priority import Priority
from router.text import problem_with

MOST_ITEMS = 500


Sender = Annotated[Id | None, Field(description="The id of the authorized user who writes. Omit it for the patient.")]
Patient = Annotated[Id, Field(description="The id of the patient whose chart it belongs to.")]
Text = Annotated[Body, Field(description=f"The text: 1 to {BODY_LIMIT} characters after trimming.")]
PriorityName = Annotated[
    Priority,
    Field(
        strict=False,
        description="`urgent` applies only if the practice lets patients mark messages as urgent; otherwise the "
        "message is routine.",
    ),
]
AdviceSeen = Annotated[
    bool, Field(description="Whether the writer has seen the advice for these words. This is recorded.")
]
Key = Annotated[IdempotencyKey, Field(description="Unique in the practice. Repeating it stores nothing new.")]


class MessageDocument(Document):
    """The first message of a conversation."""

    patient: Patient
    sender: Sender = None
    site: Annotated[
        Id | None, Field(description="The id of one of the patient's sites. Omit it for the home site.")
    ] = None
    topic: Annotated[TopicName, Field(description="One of the topics that the compose form offers.")]
    to: Annotated[
        Id | None, Field(description="The id of the chosen member of the care team, if the form offers a choice.")
    ] = None
    subject: Annotated[Subject, Field(description=f"The subject: 1 to {SUBJECT_LIMIT} characters after trimming.")]
    body: Text
    private: Annotated[bool, Field(description="Hides the conversation from authorized users.")] = False
    priority: PriorityName = Priority.ROUTINE
    advice_seen: AdviceSeen = False


class PatientReplyDocument(Document):
    """A further message in a conversation, which sets topic, site and To:."""

    patient: Patient
    sender: Sender = None
    conversation: Annotated[
        Id,
        Field(
            description="The id of the conversation to reply in. A conversation takes "
            f"{CONVERSATION_MESSAGES} messages of the patient's side, of {CONVERSATION_CHARACTERS} characters in all. "
            "Where there is no room for another one, replies are refused with `conversation_full`.",
            json_schema_extra={"format": "uuid", "minLength": 36, "maxLength": 36},
        ),
    ]
    body: Text
    priority: PriorityName = Priority.ROUTINE
    advice_seen: AdviceSeen = False


class BatchItemDocument(MessageDocument):
    """A message within a batch, with its key."""

    idempotency_key: Key


class BatchReplyDocument(PatientReplyDocument):
    """A reply within a batch, with its key."""

    idempotency_key: Key


class BatchDocument(Document):
    """Several messages. Each is read on its own, so an invalid one doesn't affect the others."""

    items: Annotated[list[Any], Field(max_length=MOST_ITEMS, description=f"Up to {MOST_ITEMS} messages and replies.")]


def parse_message(value: object, idempotency_key: str) -> Draft | ReplyDraft:
    """Make a draft from parsed JSON: a reply if it names a conversation. Raises Invalid with the fields."""
    if _is_reply(value):
        return _reply(read(PatientReplyDocument, value), idempotency_key)
    return _draft(read(MessageDocument, value), idempotency_key)


def parse_message_json(data: bytes, idempotency_key: str) -> Draft | ReplyDraft:
    """Make a draft from JSON. Raises Invalid with the fields."""
    return parse_message(load(data), idempotency_key)


def parse_batch_json(data: bytes) -> list[Draft | ReplyDraft | Invalid]:
    """Make a draft from each item, or a refusal with the item's key.

    Raises Invalid if the batch itself is invalid.
    """
    return [_item_or_problem(one) for one in read(BatchDocument, load(data)).items]


def _is_reply(value: object) -> bool:
    return isinstance(value, dict) and "conversation" in value


def parse_item(value: object) -> Draft | ReplyDraft:
    """Make a draft from a message that has its key among its fields. Raises Invalid with the fields."""
    if _is_reply(value):
        reply = read(BatchReplyDocument, value)
        return _reply(reply, reply.idempotency_key)
    document = read(BatchItemDocument, value)
    return _draft(document, document.idempotency_key)


def parse_item_json(data: bytes) -> Draft | ReplyDraft:
    """Make a draft from JSON that has its key among its fields. Raises Invalid with the fields."""
    return parse_item(load(data))


def _item_or_problem(value: object) -> Draft | ReplyDraft | Invalid:
    try:
        return parse_item(value)
    except Invalid as invalid:
        key = value.get("idempotency_key") if isinstance(value, dict) else None
        if not isinstance(key, str) or problem_with(key, KEY_LIMIT):
            return invalid
        return Invalid(invalid.detail, [replace(error, key=key.strip()) for error in invalid.errors])


def _reply(document: PatientReplyDocument, idempotency_key: str) -> ReplyDraft:
    try:
        conversation = UUID(document.conversation)
    except ValueError:
        # It belongs to nothing, and the answer is that of any unknown conversation.
        conversation = UUID(int=0)
    return ReplyDraft(
        idempotency_key=idempotency_key,
        patient=document.patient,
        conversation=conversation,
        body=document.body,
        sender=document.sender,
        priority=document.priority,
        advice_seen=document.advice_seen,
    )


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
        priority=document.priority,
        advice_seen=document.advice_seen,
    )
