"""Inboxes: what staff got, and marking it."""

from dataclasses import dataclass
from enum import StrEnum

from router.audit import Action, AuditEntry
from router.errors import NotFound
from router.flows.ladders import begin_next_run
from router.flows.practice import known_practice, read_snapshot
from router.flows.staff.answered import answer
from router.flows.staff.conversation import StaffThread, read_thread
from router.flows.staff.own_delivery import audited, check_here, lock_owner, names_of, own_delivery
from router.messages.cascade import HandOver
from router.messages.conversation import answered_with
from router.messages.events import EventKind, NewEvent
from router.messages.inbox import DeliveryRef, InboxItem, InboxRef
from router.messages.states import DeliveryState, Outcome, advance_delivery
from router.messaging.snapshot import PracticeSnapshot
from router.paging import Position
from router.ports.unit_of_work import Database, UnitOfWork


class InboxView(StrEnum):
    """What part of an inbox is looked at."""

    OPEN = "open"
    UNREAD = "unread"
    MINE = "mine"
    DONE = "done"


STATES_OF_VIEW = {
    InboxView.OPEN: frozenset({DeliveryState.UNREAD, DeliveryState.READ}),
    InboxView.UNREAD: frozenset({DeliveryState.UNREAD}),
    # What moved to the cover of an absence is done with here, and stays readable: it says who handled it.
    InboxView.DONE: frozenset({DeliveryState.DONE, DeliveryState.MOVED}),
}


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A page of an inbox, newest first; `unread` counts the whole inbox, `names` are those of the staff."""

    items: tuple[InboxItem, ...]
    unread: int
    names: dict[str, str]
    next: Position | None


@dataclass(frozen=True, slots=True)
class OpenedDelivery:
    """A delivery with its whole conversation, as of one moment; `unread` counts the whole inbox."""

    item: InboxItem
    thread: StaffThread
    practice: PracticeSnapshot
    unread: int


@dataclass(frozen=True, slots=True)
class ReadInbox:
    """Staff read a text only through a delivery of theirs."""

    database: Database

    def page(self, inbox: InboxRef, view: InboxView, before: Position | None, limit: int) -> InboxPage:
        """Deliveries of one person. Raises NotFound for unknown staff."""
        practice, staff = inbox.practice, inbox.staff
        with self.database.begin() as work:
            names = names_of(work, practice)
            if staff not in names:
                raise NotFound("There is no such member of staff.")
            if view is InboxView.MINE:
                items = work.inbox.owned(practice, staff, before, limit + 1)
            else:
                items = work.inbox.items(practice, staff, STATES_OF_VIEW[view], before, limit + 1)
            unread = work.inbox.unread(practice, staff)
            shown = items[:limit]
            details = {"deliveries": [str(item.delivery) for item in shown]}
            work.audit.add([AuditEntry(practice, inbox.by, Action.INBOX_READ, staff, details)])
            work.commit()
        following = (shown[-1].received_at, shown[-1].delivery) if len(items) > limit else None
        return InboxPage(tuple(shown), unread, names, following)

    def delivery(self, ref: DeliveryRef) -> tuple[InboxItem, dict[str, str]]:
        """One delivery, and the names it speaks of. Raises NotFound when it is not this person's."""
        with self.database.begin() as work:
            item = own_delivery(work, ref)
            names = names_of(work, ref.practice)
            work.audit.add([audited(ref, Action.DELIVERY_READ)])
            work.commit()
        return item, names

    def open(self, ref: DeliveryRef) -> OpenedDelivery:
        """One delivery with its whole conversation. Opening changes no state.

        Raises NotFound when the delivery is not this person's.
        """
        with self.database.begin() as work:
            item = own_delivery(work, ref)
            snapshot = read_snapshot(work, known_practice(work, ref.practice))
            names = {member.id: member.name for member in snapshot.staffing.members.values()}
            thread = read_thread(work, ref.practice, item, names)
            unread = work.inbox.unread(ref.practice, ref.staff)
            details = {"staff": ref.staff, "delivery": str(ref.delivery)}
            subject = str(item.conversation)
            work.audit.add([AuditEntry(ref.practice, ref.by, Action.CONVERSATION_READ, subject, details)])
            work.commit()
        return OpenedDelivery(item, thread, snapshot, unread)

    def mark(self, ref: DeliveryRef, state: DeliveryState, outcome: Outcome | None = None) -> DeliveryState:
        """Mark a delivery read, unread or done; marking it again changes nothing.

        `outcome` says how a delivery that is done was finished without a reply; the first that is said counts.
        Raises NotFound when the delivery is not this person's, and Conflict when it has gone to somebody else.
        """
        practice = ref.practice
        with self.database.begin() as work:
            item = own_delivery(work, ref)
            check_here(item)
            wanted = advance_delivery(item.state, state)
            if outcome is not None:
                _finish(work, practice, item, outcome)
            if wanted is not item.state:
                if work.inbox.mark(practice, ref.delivery, wanted):
                    opened = NewEvent(EventKind.OPENED, item.patient, item.conversation, item.message)
                    work.events.add(practice, [opened])
                if wanted is DeliveryState.DONE:
                    work.replies.handle(practice, item.message, ref.staff)
                elif item.state is DeliveryState.DONE and item.recipient.step is not HandOver.FORWARD:
                    begin_next_run(work, known_practice(work, practice), item, answered=False)
            if wanted is not item.state or outcome is not None:
                said = {"outcome": outcome.value} if outcome else {}
                work.audit.add([audited(ref, Action.DELIVERY_MARKED, state=str(wanted), **said)])
                work.commit()
        return wanted


def _finish(work: UnitOfWork, practice: str, item: InboxItem, outcome: Outcome) -> None:
    """Record how the message was finished; one that was answered by phone is answered, with all before it."""
    lock_owner(work, practice, item)
    work.replies.finish(practice, item.message, outcome)
    if outcome is Outcome.ANSWERED_BY_PHONE:
        entries = work.conversations.entries(practice, [item.conversation])
        work.events.add(practice, answer(work, practice, item, answered_with(entries, None, item.message)))
