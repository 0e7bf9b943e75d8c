"""The events for frontends: replies and status changes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class EventKind(StrEnum):
    """The kinds of events for frontends."""

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
    """The same with its number: in a practice they are counted from 1 without gaps.

    `answer_by` is by when an answer to its message is expected as things are now; None where nothing is said.
    """

    number: int
    at: datetime
    kind: EventKind
    patient: str
    conversation: UUID
    message: UUID | None
    answer_by: datetime | None = None
