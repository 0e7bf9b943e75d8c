"""The events for frontends: replies and status changes."""

from collections.abc import Mapping
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
    # Only for frontends that ask for them: those of before don't know them.
    TOPIC_CHANGED = "conversation.topic_changed"
    # No answer to the message is due any more, although nothing was written.
    FINISHED = "message.finished"


# What a frontend gets that names no kinds.
KNOWN_BEFORE = frozenset(EventKind) - {EventKind.TOPIC_CHANGED, EventKind.FINISHED}


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something that happened, by ids."""

    kind: EventKind
    patient: str
    conversation: UUID
    message: UUID | None = None
    # What else is told of it, by name.
    more: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """An event with its number; each practice counts from 1 without gaps.

    `answer_by` is when an answer to its message is now expected by; None if the patient isn't told a time.
    """

    number: int
    at: datetime
    kind: EventKind
    patient: str
    conversation: UUID
    message: UUID | None
    answer_by: datetime | None = None
    more: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events in order, and the number up to which they were looked for: there may be none of these kinds so far."""

    events: tuple[Event, ...]
    next: int
