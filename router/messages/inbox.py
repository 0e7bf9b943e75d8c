"""Deliveries as staff see them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from router.actors import Actor
from router.messages.cascade import Recipient
from router.messages.states import DeliveryState
from router.messaging.ladder import Do
from router.practice.topics import Topic


@dataclass(frozen=True, slots=True)
class InboxRef:
    """The inbox of one member of staff; `by` is the actor of the audit rows."""

    practice: str
    staff: str
    by: Actor


@dataclass(frozen=True, slots=True)
class DeliveryRef:
    """A delivery in the inbox of one member of staff; `by` is the actor of the audit rows."""

    practice: str
    delivery: UUID
    staff: str
    by: Actor


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the message's ladder does next, and when, unless somebody acts."""

    do: Do
    at: datetime


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One delivery as its recipient sees it.

    `answer_by` is by when the patient was told to expect an answer, None for never; `waits` says whether one is due.
    """

    delivery: UUID
    staff: str
    message: UUID
    conversation: UUID
    topic: Topic
    site: str | None
    patient: str
    patient_name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    record_number: str | None = field(repr=False)
    sender: str | None
    sender_name: str | None = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    state: DeliveryState
    owner: str | None
    handled_by: str | None
    recipient: Recipient
    received_at: datetime
    answer_by: datetime | None = None
    waits: bool = True
    next_step: NextStep | None = None


@dataclass(frozen=True, slots=True)
class InboxPatient:
    """A patient somebody has a message of."""

    id: str
    name: str = field(repr=False)
    record_number: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pulse:
    """What changes when something comes into an inbox: how many are unread, and when the newest of them came."""

    unread: int
    newest: datetime | None
