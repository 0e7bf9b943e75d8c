"""Messages and deliveries: what is sent, and the states that it goes through."""

from dataclasses import dataclass, field
from uuid import UUID

from router.errors import FieldError, Invalid
from router.messages.priority import Priority
from router.practice.topics import Topic
from router.text import problem_with

SUBJECT_LIMIT = 200
BODY_LIMIT = 20_000
KEY_LIMIT = 200
# How much the patient's side writes in one conversation, which is always shown whole: messages, and characters of text.
CONVERSATION_MESSAGES = 500
CONVERSATION_CHARACTERS = 1_000_000


@dataclass(frozen=True, slots=True)
class ReplyDraft:
    """A reply from the patient's side in a conversation, which determines topic, site and To:."""

    idempotency_key: str
    patient: str
    conversation: UUID
    body: str = field(repr=False)
    sender: str | None = None
    # What its writer says of it; `advice_seen`: that they have read the advice that goes with its words.
    priority: Priority = Priority.ROUTINE
    advice_seen: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody on the patient's side wants to send: a first message of a conversation.

    `sender` is an authorized user's id, None for the patient; `to` is the member of the care team who was chosen.
    """

    idempotency_key: str
    patient: str
    topic: Topic
    subject: str = field(repr=False)
    body: str = field(repr=False)
    sender: str | None = None
    site: str | None = None
    to: str | None = None
    private: bool = False
    # As of a reply.
    priority: Priority = Priority.ROUTINE
    advice_seen: bool = False


AnyDraft = Draft | ReplyDraft


def check_texts(draft: AnyDraft) -> None:
    """Raise Invalid with the fields whose texts can't be accepted."""
    checks = [
        ("idempotency_key", problem_with(draft.idempotency_key, KEY_LIMIT)),
        ("body", problem_with(draft.body, BODY_LIMIT, lines=True)),
    ]
    if isinstance(draft, Draft):
        checks.insert(1, ("subject", problem_with(draft.subject, SUBJECT_LIMIT)))
        if draft.private and draft.sender is not None:
            checks.append(("private", "can be set by the patient only"))
    errors = [FieldError(field, wrong) for field, wrong in checks if wrong]
    if errors:
        raise Invalid("The message is not valid.", errors)
