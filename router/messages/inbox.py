"""Deliveries as staff see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from router.actors import Actor
from router.messages.arrival import Arrival
from router.messages.cascade import Recipient
from router.messages.priority import Priority, Urgency, urgency_in_words
from router.messages.states import DeliveryState
from router.messaging.ladder import Do
from router.paging import Position
from router.practice.topics import Topic


class InboxSort(StrEnum):
    """The order in which deliveries are listed. `waiting`: patients who wrote longest ago first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    WAITING = "waiting"


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
class Chart:
    """Whether a patient's chart is in use, which one it was merged into, and whether the patient can read answers."""

    active: bool = True
    replaced_by: str | None = None
    can_read: bool = True

    @property
    def in_words(self) -> str:
        """What somebody who answers should know; empty for a chart in use."""
        if not self.can_read:
            return "This chart is no longer in use: the patient can't read replies here."
        if self.replaced_by is not None:
            return "This chart was merged into another one. The patient reads replies there, but can't answer them."
        return ""


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One delivery as its recipient sees it.

    `answer_by` is when the patient was told to expect an answer by (None: not told); `waits`: an answer is due.
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
    # When it last came: anew, or again after it had gone or was done.
    received_at: datetime
    written_at: datetime
    # Whether this person has begun to write something about it; nobody else's drafts count.
    has_draft: bool = False
    answer_by: datetime | None = None
    waits: bool = True
    next_step: NextStep | None = None
    # When it came first, where it has come again since.
    first_received_at: datetime | None = None
    # Until when it was put off; None: it wasn't, or not any more.
    snoozed_until: datetime | None = None
    priority: Priority = Priority.ROUTINE
    # Why it is urgent, or was.
    urgency: Urgency | None = field(default=None, repr=False)
    # What led to it, where a step or an administrator passed it on.
    arrival: Arrival | None = None
    # When it went to somebody else; None: it didn't, or that isn't known.
    moved_at: datetime | None = None
    # What its writer saw in To:, where the topic was corrected since; None: what the conversation says now.
    first_to: str | None = None
    chart: Chart = Chart()

    @property
    def is_held(self) -> bool:
        """Whether this person is responsible for it: they own it, or got it by more than a forward."""
        return self.owner == self.staff or not self.recipient.is_only_asked

    @property
    def handling(self) -> str:
        """Who takes care of the message and whether it still waits for an answer, to compare with a later moment."""
        return f"{self.handled_by or ''}{'' if self.waits else ' answered'}"

    def why_urgent(self, names: Mapping[str, str]) -> str | None:
        """Why it is urgent, in words; None where it isn't. A word of the message may stand in it."""
        if self.priority is not Priority.URGENT or self.urgency is None:
            return None
        return urgency_in_words(self.urgency, names)

    def is_late(self, now: datetime) -> bool:
        """Whether an answer is due that the patient was told to expect by now."""
        return self.waits and self.answer_by is not None and self.answer_by < now

    def sleeps(self, now: datetime) -> bool:
        """Whether it is still put off."""
        return self.snoozed_until is not None and self.snoozed_until > now

    def position(self, wanted: "InboxFilter", now: datetime) -> Position:
        """Its position in a list. In the open list, newest first, a delivery that comes back counts as new."""
        if wanted.sort is InboxSort.WAITING and not wanted.asleep:
            return self.written_at, self.delivery
        comes_back = wanted.asleep or (wanted.comes_back_on_top and not self.sleeps(now))
        return (self.snoozed_until if comes_back else None) or self.received_at, self.delivery


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """Which deliveries of an inbox are listed, and in which order.

    `states` None: any state. `owned`: only conversations that the person owns. `awake` leaves out deliveries that are
    still put off; `asleep` lists only those, ordered by when they come back, whatever the sort. `without` are left out,
    because they are listed elsewhere.
    """

    states: frozenset[DeliveryState] | None = None
    owned: bool = False
    topic: Topic | None = None
    site: str | None = None
    sort: InboxSort = InboxSort.NEWEST
    awake: bool = False
    asleep: bool = False
    priority: Priority | None = None
    without: tuple[UUID, ...] = ()

    def lists(self, item: InboxItem, now: datetime) -> bool:
        """Whether a delivery that stood first in this list is in it still; it may have been finished or put off."""
        fits = self.states is None or item.state in self.states
        return fits and self.priority in {None, item.priority} and not (self.awake and item.sleeps(now))

    @property
    def comes_back_on_top(self) -> bool:
        """Whether deliveries that come back are listed as if they had arrived at that time."""
        return self.awake and self.sort is InboxSort.NEWEST


@dataclass(frozen=True, slots=True)
class InboxCursor:
    """Where a page of a list begins. `first` stood first on the first page, and no later page repeats them.

    Which messages come first changes while somebody reads on, so it can't be looked up again for a later page.
    """

    after: Position
    first: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class InboxPatient:
    """A patient from whom somebody has a message."""

    id: str
    name: str = field(repr=False)
    record_number: str | None = field(repr=False)
    birth_date: date | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Pulse:
    """What changes in an inbox: the number of unread deliveries, and when one last arrived or came back."""

    unread: int
    newest: datetime | None
