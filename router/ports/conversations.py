"""Repositories of conversations, replies, events and traces."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from router.coverage.departures import HeldWork
from router.messages.conversation import Conversation, Entry, EntryHeader
from router.messages.events import Event, EventKind, NewEvent
from router.messages.hand_overs import HandedOver, NoteOnHandOver, UndoneDelivery
from router.messages.replies import NewReply, ReplyReader
from router.messages.routing import NewDelivery
from router.messages.states import Outcome
from router.messages.trace import StoredResolution, TracedDelivery, TracedHandOver, TracedReply
from router.paging import Position
from router.practice.topics import Topic


class Conversations(Protocol):
    """Conversations as the patient's side reads them."""

    def get(self, practice: str, conversations: Iterable[UUID]) -> dict[UUID, Conversation]:
        """These conversations; unknown ids are left out."""

    def of_patient(
        self, practice: str, charts: Sequence[str], topic: Topic | None, before: Position | None, limit: int
    ) -> list[Conversation]:
        """The conversations of these charts of one patient, newest first."""

    def started(self, practice: str, patients: Sequence[str], within: timedelta) -> dict[str, int]:
        """How many conversations were started for each patient within this time; patients without any are left out."""

    def entries(self, practice: str, conversations: Sequence[UUID]) -> list[Entry]:
        """Everything that was written in them, oldest first."""

    def written(self, practice: str, conversations: Sequence[UUID]) -> list[EntryHeader]:
        """The same without the texts."""

    def read_until(self, practice: str, conversations: Sequence[UUID], reader: str) -> dict[UUID, datetime]:
        """Up to when this reader (empty: the patient) has read each of them."""

    def mark_read(self, practice: str, conversation_id: UUID, reader: str, until: datetime) -> None:
        """This reader has read everything up to then."""


class Replies(Protocol):
    """What staff answer, claim and hand on."""

    def replied(self, practice: str, idempotency_key: str) -> tuple[UUID, str] | None:
        """The reply that this key belongs to, and its fingerprint."""

    def handed_over(self, practice: str, idempotency_key: str) -> str | None:
        """The fingerprint of the hand-over that this key belongs to."""

    def hold(self, practice: str, conversations: Collection[UUID]) -> None:
        """Keep others from acting on these conversations until the transaction ends."""

    def hold_of(self, practice: str, delivery: UUID) -> None:
        """Keep others from acting on the conversation of this delivery likewise."""

    def own(self, practice: str, conversation_id: UUID, owner: str | None) -> None:
        """Make somebody the owner of a conversation, or nobody."""

    def give_up(self, practice: str, conversations: Iterable[UUID]) -> None:
        """Let nobody own these conversations."""

    def disown(self, practice: str, owners: Iterable[str]) -> int:
        """Take every conversation from these owners; returns how many."""

    def held_by(self, practice: str, staff: Sequence[str]) -> dict[str, HeldWork]:
        """What these people own and have not done; people with nothing are left out."""

    def handle(self, practice: str, message_id: UUID, by: str) -> None:
        """Show the siblings who handles the message, and remove it from their unread lists."""

    def answer(self, practice: str, messages: Sequence[UUID]) -> list[UUID]:
        """Those of these messages that were delivered are answered, and so they were opened.

        None of them is kept open any longer. Returns the ones that were not answered before.
        """

    def keep_open(self, practice: str, message_id: UUID, answer_by: datetime | None) -> None:
        """The message waits for a further answer, to be expected by this moment (None: nothing is said)."""

    def finish(self, practice: str, message_id: UUID, outcome: Outcome) -> None:
        """Record how the message was finished without a reply; what was recorded before stays."""

    def add(self, practice: str, new: NewReply, readers: Sequence[tuple[UUID, ReplyReader]]) -> None:
        """Store a reply, with a due notification (its id is given) for each reader who is to be told."""

    def messages_of(self, practice: str, conversation_id: UUID) -> list[UUID]:
        """The messages of a conversation that were delivered, oldest first."""

    def give(
        self, practice: str, message_id: UUID, new: NewDelivery, handed: HandedOver | None, *, reopen: bool = False
    ) -> None:
        """Put a message into one more inbox and record the hand-over.

        Somebody who has the message already finds it unread again if it had gone from them, if they were done with it
        though it waits (by a forward alone it was not theirs to take care of, or a reply kept it open), or if it is to
        be reopened. They are told so, unless `new` is suppressed as read already: then it is their own act. What was
        theirs by a forward alone is theirs by the new recipient's step from then on.
        """

    def left_alone(self, practice: str, conversation: UUID) -> list[UUID]:
        """The messages of a conversation that wait for an answer and are in no open inbox of who must take care."""

    def give_new(self, practice: str, given: Sequence[tuple[NewDelivery, HandedOver]]) -> None:
        """Put messages into inboxes in which they never were, and record the hand-overs; all of them together."""

    def notes(self, practice: str, conversation_id: UUID) -> list[NoteOnHandOver]:
        """The hand-overs in a conversation, oldest first."""

    def move(self, practice: str, deliveries: Iterable[UUID]) -> None:
        """These deliveries went to somebody else; who had them can still read them."""

    def of_leavers(self, practice: str) -> list[UndoneDelivery]:
        """What is not done and belongs to somebody who has left."""

    def of_absent(self, limit: int) -> list[tuple[str, UndoneDelivery]]:
        """What is unread and belongs to somebody whose absence has begun, with the practice.

        Their conversations are held; what others hold is skipped.
        """

    def owned_by_absent(self, practice: str, staff: str, limit: int) -> list[UndoneDelivery]:
        """What somebody whose absence has begun had read, owns and hasn't answered; held and skipped likewise."""


class Events(Protocol):
    """The events for frontends."""

    def add(self, practice_id: str, events: Sequence[NewEvent]) -> None:
        """Write events in the transaction of what happened."""

    def number(self, practice_id: str) -> None:
        """Number what is committed and has no number yet."""

    def after(self, practice_id: str, number: int, kinds: Collection[EventKind], limit: int) -> list[Event]:
        """Numbered events of these kinds after this one, in order."""


class Traces(Protocol):
    """Everything that happened to one message; no text of it."""

    def resolutions(self, practice: str, message: UUID) -> list[StoredResolution]:
        """Every resolution of a message, oldest first."""

    def deliveries(self, practice: str, message: UUID) -> list[TracedDelivery]:
        """What became of the message, by recipient, with the email about it and its attempts."""

    def hand_overs(self, practice: str, message: UUID) -> list[TracedHandOver]:
        """To whom the message was forwarded, or moved when an absence began, oldest first."""

    def replies(self, practice: str, conversation: UUID, message: UUID) -> list[TracedReply]:
        """The replies to the message, oldest first, with the emails about each."""
