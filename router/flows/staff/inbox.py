"""Inboxes: what staff got, and marking it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from router.audit import Action, AuditEntry
from router.flows.practice import known_practice, read_snapshot
from router.flows.staff.conversation import StaffThread, read_on_record, read_thread
from router.flows.staff.conversation_watch import read_state
from router.flows.staff.done import finish, keeper_of, tell_others, was_left
from router.flows.staff.listing import neighbours, page_of
from router.flows.staff.open_again import open_again
from router.flows.staff.own_delivery import (
    audited,
    check_here,
    hold_delivery,
    names_of,
    own_delivery,
    working_staff,
)
from router.flows.staff.quick_texts import OfferedTexts, read_offered
from router.flows.staff.staying import hold_to_keep
from router.flows.staff.undo import remember
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
class MarkedDelivery:
    """The state that a delivery has now, and the one before; `left_to` takes care of what is done for them alone."""

    state: DeliveryState
    before: DeliveryState
    left_to: str | None = None


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
        """Deliveries of one person. Raises NotFound for unknown staff and for those who have left."""
        practice, staff = inbox.practice, inbox.staff
        with self.database.begin() as work:
            names = working_staff(work, practice, staff).names
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
            thread = read_thread(work, ref.practice, item, snapshot.staffing.names, earlier=earlier)
            unread = work.inbox.unread(ref.practice, ref.staff)
            drafts = work.drafts.of(ref.practice, ref.delivery)
            quick_texts = read_offered(work, InboxRef(ref.practice, ref.staff, ref.by))
            state = read_state(work, ref)
            beside = neighbours(work, ref, item, listing.filter, page) if listing is not None else (None, None)
            work.audit.add([read_on_record(ref, item.conversation, earlier=earlier, delivery=str(ref.delivery))])
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
        """The subjects of this person's deliveries, which they have just listed; other people's are left out.

        Raises NotFound as `page` does.
        """
        with self.database.look() as work:
            working_staff(work, inbox.practice, inbox.staff)
            return work.inbox.subjects(inbox.practice, inbox.staff, deliveries)

    def mark(
        self,
        ref: DeliveryRef,
        state: DeliveryState,
        outcome: Outcome | None = None,
        check: Callable[[InboxItem, datetime], None] | None = None,
    ) -> MarkedDelivery:
        """Mark a delivery read, unread or done; marking it again changes nothing.

        Done without an outcome is for this person alone while a colleague owns the conversation and has the message
        open. `outcome` says how a delivery was finished without a reply, for everybody; the first one that is given
        counts. `check` may raise a refusal after looking at the delivery.

        Raises NotFound when the delivery is not this person's, and Conflict when it has gone to somebody else, or is
        to be opened again while the practice is being changed.
        """
        with self.database.begin() as work:
            item = hold_delivery(work, ref)
            check_here(item)
            if check is not None:
                check(item, work.now())
            wanted = advance_delivery(item.state, state)
            if item.state is DeliveryState.DONE and wanted is not item.state:
                hold_to_keep(work, ref)
            is_finished = outcome is not None and finish(work, ref, item, outcome)
            left_to = None
            if wanted is not item.state:
                left_to = _change(work, ref, item, wanted, outcome)
            elif is_finished:
                tell_others(work, ref, item, is_answered=True)
            if wanted is not item.state or outcome is not None:
                said = {"outcome": outcome.value} if outcome else {}
                work.audit.add([audited(ref, Action.DELIVERY_MARKED, state=str(wanted), **said)])
                work.commit()
        return MarkedDelivery(wanted, item.state, left_to)


def _change(
    work: UnitOfWork, ref: DeliveryRef, item: InboxItem, wanted: DeliveryState, outcome: Outcome | None
) -> str | None:
    """Change the state of a delivery, with all that follows; returns to whom a message that is done was left."""
    before = work.undo.stand(ref.practice, item.conversation)
    is_plain = wanted is DeliveryState.DONE and outcome is None
    left_to = keeper_of(work, ref, item) if is_plain else None
    _advance(work, ref, item, wanted)
    if left_to is not None:
        work.replies.leave(ref.practice, item.message, ref.staff, left_to)
    elif wanted is DeliveryState.DONE:
        tell_others(work, ref, item, is_answered=outcome is not None)
    if is_plain:
        remember(work, ref, item, UndoableAct.DONE, before)
    return left_to


def _advance(work: UnitOfWork, ref: DeliveryRef, item: InboxItem, wanted: DeliveryState) -> None:
    """Store the new state and, if this opens the message, write the event for frontends."""
    left = item.state is DeliveryState.DONE and was_left(work, ref, item)
    if work.inbox.mark(ref.practice, ref.delivery, wanted):
        opened = NewEvent(EventKind.OPENED, item.patient, item.conversation, item.message)
        work.events.add(ref.practice, [opened])
    if wanted is not DeliveryState.READ:
        work.snoozes.remove(ref.practice, ref.delivery)
    if item.state is DeliveryState.DONE:
        open_again(work, ref, item, was_left=left)
