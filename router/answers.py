"""The values of answering: replies, hand-overs, what a reader is told, and what frontends hear of."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from router.cascade import HandOver


@dataclass(frozen=True, slots=True)
class Reply:
    """What a member of staff answers; `shown_as` is what the patient's side reads as its author."""

    id: UUID
    conversation: UUID
    delivery: UUID
    author: str
    shown_as: str = field(repr=False)
    body: str = field(repr=False)
    fingerprint: str
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody on the patient's side who is told of a reply; the id of the patient is empty."""

    id: str
    email: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A message that came to somebody besides the cascade. The note is for staff only."""

    id: UUID
    message: UUID
    giver: str
    taker: str
    kind: HandOver
    note: str | None = field(default=None, repr=False)
    whole_conversation: bool = False
    idempotency_key: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class NoteOnHandOver:
    """A hand-over as staff read it in the thread."""

    at: datetime
    message: UUID
    giver: str
    taker: str
    kind: HandOver
    note: str | None = field(repr=False)


class EventKind(StrEnum):
    """What a frontend hears of."""

    DELIVERED = "message.delivered"
    PARKED = "message.parked"
    OPENED = "message.opened"
    ANSWERED = "message.answered"
    REPLIED = "conversation.replied"


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something that happened, by ids."""

    kind: EventKind
    patient: str
    conversation: UUID
    message: UUID | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """The same with its number: in a practice they are counted from 1 without gaps."""

    number: int
    at: datetime
    kind: EventKind
    patient: str
    conversation: UUID
    message: UUID | None


@dataclass(frozen=True, slots=True)
class Undone:
    """A delivery that must go to somebody else: whose it was, and where it belongs."""

    delivery: UUID
    message: UUID
    conversation: UUID
    patient: str
    staff: str
