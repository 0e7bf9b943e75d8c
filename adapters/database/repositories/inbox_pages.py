"""Which deliveries a page of an inbox shows.

They are found in the order of an index before anything else of them is read, so that a page costs the same however many
deliveries the inbox holds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, Subquery, Uuid, func, literal, select, tuple_, union_all

from adapters.database.tables import conversation, delivery, message
from adapters.database.transaction import Transaction
from adapters.database.types import Moment
from router.messages.inbox import InboxFilter, InboxSort
from router.messages.inbox_search import DeliveryFilter
from router.messages.states import DeliveryState
from router.paging import Position

# The deliveries of so few conversations are sorted; of more, those are passed over that belong to others.
FEW_CONVERSATIONS = 500

Conditions = Sequence[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class PageRef:
    """A page of somebody's inbox, newest first: at most `limit` deliveries older than `before`."""

    practice: str
    staff: str
    before: Position | None
    limit: int

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """What a delivery has to fulfil to stand on this page or a later one."""
        theirs = [delivery.c.practice == self.practice, delivery.c.staff == self.staff]
        if self.before is None:
            return theirs
        at, identifier = self.before
        position = tuple_(delivery.c.received_at, delivery.c.id)
        return [*theirs, position < tuple_(literal(at, Moment), literal(identifier, Uuid))]


def in_states(page: PageRef, states: Iterable[DeliveryState], fits: Conditions = ()) -> Subquery:
    """The newest deliveries in these states that fit.

    Each state has its own place in the index and is read from its newest on; `state IN (…)` would read and sort all.
    """
    parts = [_newest(delivery, page, [delivery.c.state == state.value, *fits]) for state in sorted(states)]
    merged = union_all(*(select(part) for part in parts)).subquery()
    newest = (merged.c.received_at.desc(), merged.c.id.desc())
    return select(merged).order_by(*newest).limit(page.limit).subquery()


def owned(transaction: Transaction, page: PageRef) -> Subquery:
    """The newest deliveries in conversations that this person owns."""
    theirs = (conversation.c.practice == page.practice) & (conversation.c.owner == page.staff)
    some = select(conversation.c.id).where(theirs).limit(FEW_CONVERSATIONS + 1).subquery()
    if transaction.execute(select(func.count()).select_from(some)).scalar_one() <= FEW_CONVERSATIONS:
        return _newest(_in_conversations(), page, [theirs])
    return in_states(page, DeliveryState, [_of_conversation(conversation.c.owner) == page.staff])


def newest(transaction: Transaction, page: PageRef, wanted: InboxFilter) -> Subquery | None:
    """The newest deliveries of a list; None for another order, or for what somebody owns under more conditions."""
    if wanted.sort is not InboxSort.NEWEST:
        return None
    asked = {conversation.c.topic: wanted.topic and wanted.topic.value, conversation.c.site: wanted.site}
    fits = [_of_conversation(column) == value for column, value in asked.items() if value is not None]
    if wanted.priority is not None:
        fits.append(_of_message(message.c.priority) == wanted.priority.value)
    if wanted.without:
        fits.append(~transaction.one_of(delivery.c.id, wanted.without))
    if not wanted.owned:
        return in_states(page, wanted.states or DeliveryState, fits)
    return None if fits or wanted.states else owned(transaction, page)


def found(transaction: Transaction, page: PageRef, wanted: DeliveryFilter) -> Subquery:
    """The newest deliveries that fit, in whatever state."""
    search, fits = wanted.search, []
    if search.since is not None:
        fits.append(delivery.c.received_at >= search.since)
    if search.until is not None:
        fits.append(delivery.c.received_at < search.until)
    sought = {conversation.c.topic: search.topic and search.topic.value, conversation.c.site: search.site}
    asked = {column: value for column, value in sought.items() if value is not None}
    if wanted.patients is None:
        fits.extend(_of_conversation(column) == value for column, value in asked.items())
        return in_states(page, DeliveryState, fits)
    fits.extend(column == value for column, value in asked.items())
    theirs = transaction.one_of(conversation.c.patient, wanted.patients)
    return _newest(_in_conversations(), page, [conversation.c.practice == page.practice, theirs, *fits])


def _newest(source: FromClause, page: PageRef, fits: Conditions) -> Subquery:
    ordered = (delivery.c.received_at.desc(), delivery.c.id.desc())
    keys = select(delivery.c.id, delivery.c.received_at).select_from(source).where(*page.conditions, *fits)
    return keys.order_by(*ordered).limit(page.limit).subquery()


def _in_conversations() -> FromClause:
    """Deliveries by way of their conversations, which are few."""
    return conversation.join(message).join(delivery)


def _of_message(column: ColumnElement[str]) -> ColumnElement[str]:
    """A column of a delivery's message, looked up likewise."""
    its_message = (message.c.practice == delivery.c.practice) & (message.c.id == delivery.c.message)
    return select(column).where(its_message).correlate(delivery).scalar_subquery()


def _of_conversation(column: ColumnElement[str]) -> ColumnElement[str]:
    """A column of a delivery's conversation, looked up for one delivery after the other.

    It is an expression: as a join it might be made for all of the practice's conversations first.
    """
    its_message = (message.c.practice == delivery.c.practice) & (message.c.id == delivery.c.message)
    looked_up = select(column).select_from(message.join(conversation)).where(its_message)
    return looked_up.correlate(delivery).scalar_subquery()
