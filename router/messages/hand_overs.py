"""How a delivery passes from one member of staff to another."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from router.messages.cascade import HandOver
from router.messaging.ladder import Do


class LeftAs(StrEnum):
    """What somebody had done with a message when their absence began and it went to their cover."""

    UNREAD = "unread"
    READ = "read"
    OWNED = "owned"


def left_as(opened_at: datetime | None, handed_at: datetime, *, owns: bool) -> LeftAs | None:
    """The same from when the giver last opened it; None if that was after it came back to them, and so unknown."""
    if opened_at is None:
        return LeftAs.UNREAD
    if opened_at > handed_at:
        return None
    return LeftAs.OWNED if owns else LeftAs.READ


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A message that reached somebody outside the cascade. The note is for staff only."""

    id: UUID
    message: UUID
    giver: str
    taker: str
    kind: HandOver
    note: str | None = field(default=None, repr=False)
    whole_conversation: bool = False
    idempotency_key: str | None = None
    fingerprint: str | None = None
    # Whether the taker was mentioned in a note, which is stored apart.
    mention: bool = False


@dataclass(frozen=True, slots=True)
class NoteOnHandOver:
    """A hand-over as staff read it in the thread; `did` is what the step of the ladder did, None where unknown."""

    at: datetime
    message: UUID
    giver: str
    taker: str
    kind: HandOver
    note: str | None = field(repr=False)
    taken_back: bool = False
    whole_conversation: bool = False
    mention: bool = False
    did: Do | None = None


@dataclass(frozen=True, slots=True)
class UndoneDelivery:
    """A delivery that must go to somebody else: whose it was, and where it belongs."""

    delivery: UUID
    message: UUID
    conversation: UUID
    patient: str
    staff: str
