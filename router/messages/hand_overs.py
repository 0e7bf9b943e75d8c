"""How a delivery passes from one member of staff to another."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from router.messages.cascade import HandOver


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
    """A hand-over as staff read it in the thread."""

    at: datetime
    message: UUID
    giver: str
    taker: str
    kind: HandOver
    note: str | None = field(repr=False)
    taken_back: bool = False
    whole_conversation: bool = False
    mention: bool = False


@dataclass(frozen=True, slots=True)
class UndoneDelivery:
    """A delivery that must go to somebody else: whose it was, and where it belongs."""

    delivery: UUID
    message: UUID
    conversation: UUID
    patient: str
    staff: str
