"""Everything that happened to one message, to explain who got it and why."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from router.messages.acceptance import Receipt
from router.messages.cascade import HandOver, Recipient, Resolution
from router.messages.hand_overs import LeftAs
from router.messages.priority import Priority, PriorityChange
from router.messages.states import DeliveryState, State
from router.messaging.ladder import Do


@dataclass(frozen=True, slots=True)
class TracedAttempt:
    """One try to send a notification, and the SMTP answer."""

    number: int
    at: datetime
    outcome: str
    code: int | None
    answer: str


@dataclass(frozen=True, slots=True)
class TracedNotification:
    """The email about a delivery, or about a reply to one reader (empty: the patient)."""

    id: UUID
    state: str
    reason: str | None
    due_at: datetime
    attempts: tuple[TracedAttempt, ...]
    reader: str | None = None
    # If it was merged: the notification whose email also covers this one.
    carrier: UUID | None = None


@dataclass(frozen=True, slots=True)
class TracedDelivery:
    """One recipient's inbox entry."""

    id: UUID
    recipient: Recipient
    state: DeliveryState
    received_at: datetime
    notifications: tuple[TracedNotification, ...]


@dataclass(frozen=True, slots=True)
class TracedHandOver:
    """How the message came to somebody besides the cascade; the note about it is for its readers alone.

    `did` is what the step of the ladder did, `left` what an absent giver had done with it; None where unknown.
    """

    at: datetime
    giver: str
    taker: str
    kind: HandOver
    whole_conversation: bool
    did: Do | None = None
    left: LeftAs | None = None


@dataclass(frozen=True, slots=True)
class TracedStepOfLadder:
    """A step of a ladder that was carried out or skipped: the plan, what it did (None: nothing), why, and for whom."""

    run: int
    step: int
    at: datetime
    planned: str
    did: str | None
    because: str | None
    told: tuple[str, ...]
    takers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TracedNotice:
    """The email to one member of staff about a message that had arrived before, and what caused it.

    `run` and `step` (from 0) are those of the ladder; None for one that no ladder sent.
    """

    staff: str
    cause: str
    notification: TracedNotification
    run: int | None = None
    step: int | None = None


@dataclass(frozen=True, slots=True)
class TracedReply:
    """A reply to the message, without its text, and who was notified of it."""

    id: UUID
    author: str
    at: datetime
    notifications: tuple[TracedNotification, ...]


@dataclass(frozen=True, slots=True)
class StoredResolution:
    """A resolution as it was stored, the number counting those of one message from 1."""

    number: int
    resolution: Resolution


@dataclass(frozen=True, slots=True)
class Trace:
    """A message's path: its receipt, its resolutions and what followed from them."""

    receipt: Receipt
    parked_reason: str | None
    resolutions: tuple[StoredResolution, ...]
    deliveries: tuple[TracedDelivery, ...]
    hand_overs: tuple[TracedHandOver, ...] = ()
    replies: tuple[TracedReply, ...] = ()
    ladder_steps: tuple[TracedStepOfLadder, ...] = ()
    priority_changes: tuple[PriorityChange, ...] = ()
    notices: tuple[TracedNotice, ...] = ()

    @property
    def priority(self) -> Priority:
        """What the message's priority is now."""
        return self.priority_changes[-1].priority if self.priority_changes else Priority.ROUTINE

    @property
    def state(self) -> State:
        """Where the message is now."""
        return self.receipt.status
