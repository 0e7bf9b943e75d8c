"""Repositories of conversations, replies, events and traces."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from router.coverage.departures import HeldWork
from router.messages.cascade import Recipient
from router.messages.conversation import Conversation, ConversationSize, Entry, EntryHeader
from router.messages.events import EventKind, EventPage, NewEvent
from router.messages.hand_overs import HandedOver, NoteOnHandOver, UndoneDelivery
from router.messages.replies import NewReply, ReplyReader
from router.messages.routing import NewDelivery
from router.messages.states import Outcome
from router.messages.trace import StoredResolution, TracedDelivery, TracedHandOver, TracedNotice, TracedReply
from router.paging import Position
from router.practice.availability import Absentee
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
        """How many conversations each patient started within this period; patients without any are left out."""

    def entries(self, practice: str, conversations: Sequence[UUID]) -> list[Entry]:
        """Everything that was written in them, oldest first."""

    def written(self, practice: str, conversations: Sequence[UUID]) -> list[EntryHeader]:
        """Like `entries`, without the texts."""

    def entry(self, practice: str, conversation_id: UUID, entry_id: UUID) -> Entry:
        """One entry of a conversation that is known to have it."""

    def sizes(self, practice: str, conversations: Iterable[UUID]) -> dict[UUID, ConversationSize]:
        """How much the patient's side has written in each of them, counted as far as it matters."""

    def read_until(self, practice: str, conversations: Sequence[UUID], reader: str) -> dict[UUID, datetime]:
        """The time until which this reader (empty: the patient) has read each of them."""

    def mark_read(self, practice: str, conversation_id: UUID, reader: str, until: datetime) -> None:
        """Record that this reader has read everything up to this time, unless they have read further already."""


class Replies(Protocol):
    """Replies, claims and hand-overs by staff."""

    def replied(self, practice: str, idempotency_key: str) -> tuple[UUID, str] | None:
        """The reply that this key belongs to, and its fingerprint."""

    def handed_over(self, practice: str, idempotency_key: str) -> str | None:
        """The fingerprint of the hand-over that this key belongs to."""

    def hold(self, practice: str, conversations: Collection[UUID]) -> None:
        """Lock these conversations until the transaction ends."""

    def hold_of(self, practice: str, delivery: UUID) -> None:
        """Lock the conversation of this delivery likewise."""

    def own(self, practice: str, conversation_id: UUID, owner: str | None) -> None:
        """Make somebody the owner of a conversation, or nobody."""

    def give_up(self, practice: str, conversations: Iterable[UUID]) -> None:
        """Remove the owners of these conversations."""

    def disown(self, practice: str, owners: Iterable[str]) -> int:
        """Take every conversation from these owners; returns how many."""

    def held_by(self, practice: str, staff: Sequence[str]) -> dict[str, HeldWork]:
        """What these people own and haven't finished; people with nothing are left out."""

    def handle(self, practice: str, message_id: UUID, by: str) -> None:
        """Show the other recipients who handles the message, and remove it from their unread lists."""

    def finish_for_recipients(self, practice: str, message_id: UUID, by: str) -> None:
        """Like `handle`, but leave it to those who were only asked, by a forward or a mention."""

    def finish_for(self, practice: str, messages: Collection[UUID], by: str) -> None:
        """Show the same of these messages, which somebody has answered; in their own inbox they are done."""

    def answer(self, practice: str, messages: Sequence[UUID]) -> list[UUID]:
        """Mark these messages as answered, and therefore opened, as far as they were delivered.

        None of them is kept open any longer. Returns the ones that weren't answered before.
        """

    def keep_open(self, practice: str, message_id: UUID, answer_by: datetime | None) -> None:
        """Keep the message open for another answer, expected by this time (None: the patient isn't told a time)."""

    def kept_open(self, practice: str, messages: Sequence[UUID]) -> list[UUID]:
        """Which of these messages a reply has kept open for another answer that hasn't come yet."""

    def finish(self, practice: str, message_id: UUID, outcome: Outcome) -> bool:
        """Record how the message was finished without a reply, which ends what a reply had promised.

        The outcome that was recorded first stays. Returns whether this finished the message.
        """

    def add(self, practice: str, new: NewReply, readers: Sequence[tuple[UUID, ReplyReader]]) -> None:
        """Store a reply, with a due notification (whose id is given) for each reader who should get one."""

    def messages_of(self, practice: str, conversation_id: UUID) -> list[UUID]:
        """The messages of a conversation that were delivered, oldest first."""

    def give(
        self, practice: str, message_id: UUID, new: NewDelivery, handed: HandedOver | None, *, reopen: bool = False
    ) -> None:
        """Put a message into one more inbox and record the hand-over.

        For somebody who already has the message, it becomes unread again if it had moved to somebody else, if they had
        finished it although it waits for an answer (they had it only by a forward, had left it to a colleague, a reply
        kept it open, or its topic was corrected after that), or if it should be reopened. They get an email about it,
        unless `new` is suppressed as read already: then it is their own act. If they had it only by a forward, the new
        recipient's step replaces that. What is urgent stands first again once nobody is done with it any more.
        """

    def left_to(
        self, practice: str, conversations: Collection[UUID], handlers: Collection[str], *, done: bool = False
    ) -> list[tuple[UUID, Recipient]]:
        """The messages of these conversations that wait in open inboxes although one of the handlers took care of them.

        Each with the person in whose inbox it is, and why they have it. With `done` also those who were done with it
        for themselves alone, and had left it to one of the handlers.
        """

    def leave(self, practice: str, message_id: UUID, by: str, to: str) -> None:
        """Note that somebody who is done with a message leaves it to a colleague, who takes care of it."""

    def pass_on(self, practice: str, messages: Collection[UUID], givers: Collection[str], to: str) -> None:
        """Show who takes care of these messages from now on, as far as they wait for an answer.

        Those who had left them to one of the givers have left them to this person, and so have the givers themselves
        where they keep them.
        """

    def left_alone(self, practice: str, conversation: UUID) -> list[UUID]:
        """The messages of a conversation that wait for an answer and are in no open inbox of who must take care."""

    def give_new(self, practice: str, given: Sequence[tuple[NewDelivery, HandedOver]]) -> None:
        """Put messages into inboxes that never had them, and record the hand-overs, all in one go."""

    def notes(self, practice: str, conversation_id: UUID) -> list[NoteOnHandOver]:
        """The hand-overs in a conversation, oldest first."""

    def move(self, practice: str, deliveries: Iterable[UUID]) -> None:
        """Mark these deliveries as moved to somebody else; their holders can still read them."""

    def unread_by_absentee(self, absentee: Absentee, limit: int) -> list[UndoneDelivery]:
        """Deliveries that this person hasn't opened, locked with their conversations.

        Those that others have locked are skipped.
        """

    def owned_by_absentee(self, absentee: Absentee, limit: int) -> tuple[list[UndoneDelivery], bool]:
        """Deliveries that this person owns and has read but not answered; locked and skipped likewise.

        Also whether these are all: there are no more, and none was skipped.
        """


class Events(Protocol):
    """The events for frontends."""

    def add(self, practice_id: str, events: Sequence[NewEvent]) -> None:
        """Write events in the transaction of what happened."""

    def number(self, practice_id: str) -> None:
        """Number the committed events that have no number yet."""

    def after(self, practice_id: str, number: int, kinds: Collection[EventKind], limit: int) -> EventPage:
        """Numbered events of these kinds after this one, in order, as far as one look goes."""


class Traces(Protocol):
    """Everything that happened to one message; no text of it."""

    def resolutions(self, practice: str, message: UUID) -> list[StoredResolution]:
        """Every resolution of a message, oldest first."""

    def deliveries(self, practice: str, message: UUID) -> list[TracedDelivery]:
        """The message's deliveries, by recipient, with the email about each and its attempts."""

    def hand_overs(self, practice: str, message: UUID) -> list[TracedHandOver]:
        """The message's hand-overs, such as forwards and moves when an absence began, oldest first."""

    def replies(self, practice: str, conversation: UUID, message: UUID) -> list[TracedReply]:
        """The replies to the message, oldest first, with the emails about each."""

    def notices(self, practice: str, message: UUID) -> list[TracedNotice]:
        """The emails to staff about the message that aren't about its arrival: of ladders first, oldest first."""
