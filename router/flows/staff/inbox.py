"""Inboxes: what staff got, and marking it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from router.actors import Actor
from router.audit import Action, AuditEntry
from router.errors import Conflict, NotFound
from router.messages.events import EventKind, NewEvent
from router.messages.inbox import InboxItem
from router.messages.states import DeliveryState, advance_delivery
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
class ReadInbox:
    """Staff read a text only through a delivery of theirs."""

    database: Database

    def page(  # noqa: PLR0913, PLR0917 - these are the parameters of the call.
        self, practice: str, staff: str, view: InboxView, before: Position | None, limit: int, by: Actor
    ) -> InboxPage:
        """Deliveries of one person. Raises NotFound for unknown staff."""
        with self.database.begin() as work:
            names = _names(work, practice)
            if staff not in names:
                raise NotFound("There is no such member of staff.")
            if view is InboxView.MINE:
                items = work.inbox.owned(practice, staff, before, limit + 1)
            else:
                items = work.inbox.items(practice, staff, STATES_OF_VIEW[view], before, limit + 1)
            unread = work.inbox.unread(practice, staff)
            shown = items[:limit]
            details = {"deliveries": [str(item.delivery) for item in shown]}
            work.audit.add([AuditEntry(practice, by, Action.INBOX_READ, staff, details)])
            work.commit()
        following = (shown[-1].received_at, shown[-1].delivery) if len(items) > limit else None
        return InboxPage(tuple(shown), unread, names, following)

    def delivery(self, practice: str, delivery: UUID, staff: str, by: Actor) -> tuple[InboxItem, dict[str, str]]:
        """One delivery, and the names it speaks of. Raises NotFound when it is not this person's."""
        with self.database.begin() as work:
            item = _own(work, practice, delivery, staff)
            names = _names(work, practice)
            work.audit.add([AuditEntry(practice, by, Action.DELIVERY_READ, str(delivery), {"staff": staff})])
            work.commit()
        return item, names

    def mark(self, practice: str, delivery: UUID, staff: str, state: DeliveryState, by: Actor) -> DeliveryState:
        """Mark a delivery read, unread or done; marking it again changes nothing.

        Raises NotFound when the delivery is not this person's, and Conflict when it has gone to somebody else.
        """
        with self.database.begin() as work:
            item = _own(work, practice, delivery, staff)
            if item.state is DeliveryState.MOVED:
                raise Conflict("The message has gone to somebody else, who takes care of it.")
            wanted = advance_delivery(item.state, state)
            if wanted is not item.state:
                if work.inbox.mark(practice, delivery, wanted):
                    opened = NewEvent(EventKind.OPENED, item.patient, item.conversation, item.message)
                    work.events.add(practice, [opened])
                if wanted is DeliveryState.DONE:
                    work.replies.handle(practice, item.message, staff)
                details = {"staff": staff, "state": str(wanted)}
                work.audit.add([AuditEntry(practice, by, Action.DELIVERY_MARKED, str(delivery), details)])
                work.commit()
        return wanted


def _own(work: UnitOfWork, practice: str, delivery: UUID, staff: str) -> InboxItem:
    item = work.inbox.item(practice, delivery)
    if item is None or item.staff != staff:
        raise NotFound("There is no such delivery in this inbox.")
    return item


def _names(work: UnitOfWork, practice: str) -> dict[str, str]:
    tenant = work.practices.get(practice)
    if tenant is None:
        raise NotFound.at("practice", "is not known")
    return {one.id: one.name for one in work.roster.staffing(tenant).members.values()}
