"""Inboxes: what staff got, and marking it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from router.audit import Action, AuditEntry
from router.errors import NotFound
from router.flows.practice import known_practice, read_snapshot
from router.flows.staff.answered import answer
from router.flows.staff.conversation import StaffThread, read_on_record, read_thread
from router.flows.staff.conversation_watch import read_state
from router.flows.staff.listing import neighbours, page_of
from router.flows.staff.open_again import open_again
from router.flows.staff.own_delivery import audited, check_here, hold_delivery, names_of, own_delivery
from router.flows.staff.quick_texts import OfferedTexts, read_offered
from router.flows.staff.staying import hold_to_keep
from router.flows.staff.undo import remember
from router.messages.conversation import answered_with
from router.messages.conversation_news import ConversationState
from router.messages.drafts import DraftKind, SavedDraft
from router.messages.events import EventKind, NewEvent
from router.messages.inbox import DeliveryRef, InboxCursor, InboxFilter, InboxItem, InboxRef, InboxSort
from router.messages.priority import Priority
from router.messages.states import DeliveryState, Outcome, advance_delivery
from router.messages.undo import UndoableAct
from router.messaging.snapshot import PracticeSnapshot
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.topics import Topic


class InboxView(StrEnum):
    """The part of an inbox that is listed."""

    OPEN = "open"
    UNREAD = "unread"
    MINE = "mine"
    DONE = "done"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class InboxListing:
    """A view of an inbox: which part, optionally of one topic, site or priority, and in which order."""

    view: InboxView = InboxView.OPEN
    sort: InboxSort = InboxSort.NEWEST
    topic: Topic | None = None
    site: str | None = None
    priority: Priority | None = None

    @property
    def filter(self) -> InboxFilter:
        """The filter that selects these deliveries."""
        return InboxFilter(
            STATES_OF_VIEW.get(self.view),
            self.view is InboxView.MINE,
            self.topic,
            self.site,
            self.sort,
            awake=self.view is InboxView.OPEN,
            asleep=self.view is InboxView.LATER,
            priority=self.priority,
        )


STATES_OF_VIEW = {
    InboxView.OPEN: frozenset({DeliveryState.UNREAD, DeliveryState.READ}),
    InboxView.UNREAD: frozenset({DeliveryState.UNREAD}),
    InboxView.LATER: frozenset({DeliveryState.READ}),
    # What moved to the cover of an absence is done with here, and stays readable: it says who handled it.
    InboxView.DONE: frozenset({DeliveryState.DONE, DeliveryState.MOVED}),
}


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A page of an inbox; `unread` counts the whole inbox, `names` are those of the staff."""

    items: tuple[InboxItem, ...]
    unread: int
    names: dict[str, str]
    next: InboxCursor | None


@dataclass(frozen=True, slots=True)
class OpenedDelivery:
    """A delivery with its conversation, as of one moment; `unread` counts the whole inbox."""

    item: InboxItem
    thread: StaffThread
    practice: PracticeSnapshot
    unread: int
    drafts: Mapping[DraftKind, SavedDraft]
    quick_texts: OfferedTexts
    state: ConversationState
    # Those before and after it in the list that it was opened from.
    beside: tuple[UUID | None, UUID | None]


@dataclass(frozen=True, slots=True)
class ReadInbox:
    """Shows inboxes. Staff read a text only through their own delivery."""

    database: Database

    def page(self, inbox: InboxRef, listing: InboxListing, after: InboxCursor | None, limit: int) -> InboxPage:
        """Deliveries of one person. Raises NotFound for unknown staff."""
        practice, staff = inbox.practice, inbox.staff
        with self.database.begin() as work:
            names = names_of(work, practice)
            if staff not in names:
                raise NotFound("There is no such member of staff.")
            shown, following = page_of(work, inbox, listing.filter, after, limit)
            unread = work.inbox.unread(practice, staff)
            details = {"deliveries": [str(item.delivery) for item in shown]}
            work.audit.add([AuditEntry(practice, inbox.by, Action.INBOX_READ, staff, details)])
            work.commit()
        return InboxPage(tuple(shown), unread, names, following)

    def delivery(self, ref: DeliveryRef) -> tuple[InboxItem, dict[str, str]]:
        """One delivery, and the names that it refers to. Raises NotFound if it isn't this person's."""
        with self.database.begin() as work:
            item = own_delivery(work, ref)
            names = names_of(work, ref.practice)
            work.audit.add([audited(ref, Action.DELIVERY_READ)])
            work.commit()
        return item, names

    def open(
        self,
        ref: DeliveryRef,
        listing: InboxListing | None = None,
        page: InboxCursor | None = None,
        *,
        earlier: bool = False,
    ) -> OpenedDelivery:
        """One delivery with its conversation, and its neighbours in a list. Opening changes no state.

        `page` is the one of the list that it was opened from. `earlier` adds what was written before this person
        joined the conversation, and is audited.

        Raises NotFound when the delivery is not this person's.
        """
        with self.database.begin() as work:
            item = own_delivery(work, ref)
            snapshot = read_snapshot(work, known_practice(work, ref.practice))
            names = {member.id: member.name for member in snapshot.staffing.members.values()}
            thread = read_thread(work, ref.practice, item, names, earlier=earlier)
            unread = work.inbox.unread(ref.practice, ref.staff)
            drafts = work.drafts.of(ref.practice, ref.delivery)
            quick_texts = read_offered(work, InboxRef(ref.practice, ref.staff, ref.by))
            state = read_state(work, ref)
            beside = neighbours(work, ref, item, listing.filter, page) if listing is not None else (None, None)
            work.audit.add([read_on_record(ref, item, earlier=earlier, delivery=str(ref.delivery))])
            work.commit()
        return OpenedDelivery(item, thread, snapshot, unread, drafts, quick_texts, state, beside)

    def following(self, ref: DeliveryRef, listing: InboxListing, page: InboxCursor | None = None) -> UUID | None:
        """The open delivery after this one in a list, else the one before it; no text is read.

        For a list of done or snoozed deliveries, the open list is used instead. Raises NotFound.
        """
        of_open = listing.view in {InboxView.DONE, InboxView.LATER}
        meant = replace(listing, view=InboxView.OPEN) if of_open else listing
        with self.database.begin() as work:
            item = own_delivery(work, ref)
            before, after = neighbours(work, ref, item, meant.filter, None if of_open else page)
        return after or before

    def subjects(self, inbox: InboxRef, deliveries: Sequence[UUID]) -> dict[UUID, str]:
        """The subjects of this person's deliveries, which they have just listed; other people's are left out."""
        with self.database.look() as work:
            return work.inbox.subjects(inbox.practice, inbox.staff, deliveries)

    def mark(
        self,
        ref: DeliveryRef,
        state: DeliveryState,
        outcome: Outcome | None = None,
        check: Callable[[InboxItem, datetime], None] | None = None,
    ) -> DeliveryState:
        """Mark a delivery read, unread or done; marking it again changes nothing.

        `outcome` says how a delivery was finished without a reply; the first one that is given counts.
        `check` may raise a refusal after looking at the delivery.

        Raises NotFound when the delivery is not this person's, and Conflict when it has gone to somebody else, or is
        to be opened again while the practice is being changed.
        """
        practice = ref.practice
        with self.database.begin() as work:
            item = hold_delivery(work, ref)
            check_here(item)
            if check is not None:
                check(item, work.now())
            wanted = advance_delivery(item.state, state)
            if outcome is not None:
                _finish(work, ref, item, outcome)
            if item.state is DeliveryState.DONE and wanted is not item.state:
                hold_to_keep(work, ref)
            if wanted is not item.state:
                before = work.undo.stand(practice, item.conversation)
                _advance(work, ref, item, wanted)
                if wanted is DeliveryState.DONE:
                    _tell_others(work, ref, item, is_answered=outcome is not None)
                if wanted is DeliveryState.DONE and outcome is None:
                    remember(work, ref, item, UndoableAct.DONE, before)
            if wanted is not item.state or outcome is not None:
                said = {"outcome": outcome.value} if outcome else {}
                work.audit.add([audited(ref, Action.DELIVERY_MARKED, state=str(wanted), **said)])
                work.commit()
        return wanted


def _advance(work: UnitOfWork, ref: DeliveryRef, item: InboxItem, wanted: DeliveryState) -> None:
    """Store the new state and, if this opens the message, write the event for frontends."""
    if work.inbox.mark(ref.practice, ref.delivery, wanted):
        opened = NewEvent(EventKind.OPENED, item.patient, item.conversation, item.message)
        work.events.add(ref.practice, [opened])
    if wanted is not DeliveryState.READ:
        work.snoozes.remove(ref.practice, ref.delivery)
    if item.state is DeliveryState.DONE:
        open_again(work, ref, item)


def _tell_others(work: UnitOfWork, ref: DeliveryRef, item: InboxItem, *, is_answered: bool) -> None:
    """Take a message that is done from the unread lists of the others.

    Who was only asked, by a forward or a mention, is done for themselves alone; and what they were asked isn't done
    because a recipient is. What was answered is done for everybody.
    """
    if is_answered:
        work.replies.handle(ref.practice, item.message, ref.staff)
    elif item.is_held:
        work.replies.finish_for_recipients(ref.practice, item.message, ref.staff)
    if item.priority is Priority.URGENT and (is_answered or item.is_held):
        work.urgency.rest(ref.practice, item.message)


def _finish(work: UnitOfWork, ref: DeliveryRef, item: InboxItem, outcome: Outcome) -> None:
    """Record how the message was finished. Answering by phone also answers all earlier messages.

    The patient's side sees this at once, so it can't be undone.
    """
    work.undo.forget(ref.practice, ref.delivery)
    work.replies.finish(ref.practice, item.message, outcome)
    if outcome is Outcome.ANSWERED_BY_PHONE:
        entries = work.conversations.entries(ref.practice, [item.conversation])
        messages = answered_with(entries, None, item.message)
        work.events.add(ref.practice, answer(work, ref.practice, item, messages))
