"""Which deliveries a page of an inbox shows.

They are found in the order of an index before anything else of them is read, so that a page costs the same however many
deliveries the inbox holds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Subquery,
    Uuid,
    case,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union_all,
)

from adapters.database.repositories.inbox_order import of_message
from adapters.database.repositories.shown_replies import has_reply
from adapters.database.repositories.snoozes import from_position, is_awake, is_put_off, put_off
from adapters.database.tables import conversation, delivery, message, search_text
from adapters.database.tables.messages import IS_URGENT
from adapters.database.transaction import Transaction
from adapters.database.types import Moment
from router.messages.inbox import InboxFilter, InboxSort
from router.messages.inbox_search import SEARCHED_DELIVERIES, DeliveryFilter, InboxSearch
from router.messages.priority import Priority
from router.messages.states import DeliveryState
from router.paging import Position

# The deliveries of so few conversations are sorted; of more, those are passed over that belong to others.
FEW_CONVERSATIONS = 500

# Deliveries by way of their conversations, which are few.
BY_CONVERSATION = conversation.join(message).join(delivery)

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


def in_states(
    page: PageRef, states: Iterable[DeliveryState], fits: Conditions = (), *besides: ColumnElement[Any]
) -> Subquery:
    """The newest deliveries in these states that fit, with these columns besides their key.

    Each state has its own place in the index and is read from its newest on; `state IN (…)` would read and sort all.
    """
    each = [[delivery.c.state == state.value, *fits] for state in sorted(states)]
    return _merged(page, [_newest(delivery, page, some, *besides) for some in each])


def awake(page: PageRef, states: Iterable[DeliveryState], fits: Conditions, now: datetime) -> Subquery:
    """Likewise without what is put off; what has come back stands where it would if it had come then."""
    conditions = {state: [delivery.c.state == state.value, *fits] for state in sorted(states)}
    conditions[DeliveryState.READ].append(~is_put_off())
    parts = [_newest(delivery, page, some) for some in conditions.values()]
    returned = put_off(page.practice, page.staff, now, returned=True).where(*fits)
    return _merged(page, [*parts, from_position(returned, page.before, page.limit, falling=True).subquery()])


def asleep(page: PageRef, wanted: InboxFilter, now: datetime) -> Subquery:
    """What is put off still; what comes back first before the others."""
    sleeping = put_off(page.practice, page.staff, now, returned=False).where(*of_topic_and_site(wanted))
    return from_position(sleeping, page.before, page.limit, falling=False).subquery()


def next_put_off(transaction: Transaction, page: PageRef, wanted: InboxFilter, *, falling: bool) -> list[Position]:
    """What comes next, of what sleeps or of what has come back, each with the moment of that."""
    listed = put_off(page.practice, page.staff, transaction.now(), returned=not wanted.asleep)
    listed = listed.where(*fits_of(transaction, wanted))
    rows = transaction.execute(from_position(listed, page.before, page.limit, falling=falling))
    return [(row.received_at, row.id) for row in rows]


def next_in_states(transaction: Transaction, page: PageRef, wanted: InboxFilter, *, falling: bool) -> list[Position]:
    """What comes next by when it came, going down or up the list: of each state the nearest."""
    fits = fits_of(transaction, wanted)
    if wanted.owned:
        fits.append(_often(_of_conversation(conversation.c.owner) == page.staff))
    if wanted.comes_back_on_top:
        # What has come back is listed apart.
        fits.append((delivery.c.state != DeliveryState.READ.value) | ~is_put_off())
    elif wanted.awake:
        fits.append(is_awake(transaction.now()))
    place = (delivery.c.received_at, delivery.c.id)
    if page.before is not None:
        position = tuple_(literal(page.before[0], Moment), literal(page.before[1], Uuid))
        fits.append(tuple_(*place) < position if falling else tuple_(*place) > position)
    theirs = select(*place).where(delivery.c.practice == page.practice, delivery.c.staff == page.staff, *fits)
    ordered = theirs.order_by(*(one.desc() if falling else one for one in place)).limit(1)
    parts = [
        ordered.where(delivery.c.state == state.value).subquery() for state in sorted(wanted.states or DeliveryState)
    ]
    rows = transaction.execute(union_all(*(select(part) for part in parts)))
    return [(row.received_at, row.id) for row in rows]


def _merged(page: PageRef, parts: Sequence[Subquery]) -> Subquery:
    merged = union_all(*(select(part) for part in parts)).subquery()
    newest = (merged.c.received_at.desc(), merged.c.id.desc())
    return select(merged).order_by(*newest).limit(page.limit).subquery()


def owned(transaction: Transaction, page: PageRef) -> Subquery:
    """The newest deliveries in conversations that this person owns."""
    theirs = (conversation.c.practice == page.practice) & (conversation.c.owner == page.staff)
    some = select(conversation.c.id).where(theirs).limit(FEW_CONVERSATIONS + 1).subquery()
    if transaction.execute(select(func.count()).select_from(some)).scalar_one() <= FEW_CONVERSATIONS:
        return _newest(BY_CONVERSATION, page, [theirs])
    return in_states(page, DeliveryState, [_often(_of_conversation(conversation.c.owner) == page.staff)])


def newest(transaction: Transaction, page: PageRef, wanted: InboxFilter) -> Subquery | None:
    """The first deliveries of a list; None for another order, or for what somebody owns under more conditions."""
    if wanted.asleep:
        return asleep(page, wanted, transaction.now())
    if wanted.sort is not InboxSort.NEWEST:
        return None
    fits = fits_of(transaction, wanted)
    if wanted.awake and wanted.states is not None:
        return awake(page, wanted.states, fits, transaction.now())
    if not wanted.owned:
        return in_states(page, wanted.states or DeliveryState, fits)
    return None if fits or wanted.states else owned(transaction, page)


def fits_of(transaction: Transaction, wanted: InboxFilter) -> list[ColumnElement[bool]]:
    """Everything that is asked besides states, of one delivery after the other."""
    fits = of_topic_and_site(wanted)
    if wanted.priority is not None:
        is_urgent = of_message(message.c.id, IS_URGENT).is_not(None)
        fits.append(_often(is_urgent if wanted.priority is Priority.URGENT else ~is_urgent))
    if wanted.without:
        fits.append(~transaction.one_of(delivery.c.id, wanted.without))
    return fits


def of_topic_and_site(wanted: InboxFilter | InboxSearch) -> list[ColumnElement[bool]]:
    """The topic and the site of a list, asked of one delivery after the other."""
    asked = []
    if wanted.topic is not None:
        asked.append(_often(_of_conversation(conversation.c.topic) == wanted.topic.value))
    if wanted.site is not None:
        looked_up = delivery.c.conversation.is_(None) & (_of_conversation(conversation.c.site) == wanted.site)
        asked.append(_often((delivery.c.site == wanted.site) | looked_up))
    return asked


def found(transaction: Transaction, page: PageRef, wanted: DeliveryFilter) -> Subquery:
    """The newest deliveries that fit, in whatever state."""
    search, fits = wanted.search, _within(wanted)
    fits.extend(_often(or_(_words().contains(word, autoescape=True), has_reply(word))) for word in wanted.words)
    fits.extend(of_topic_and_site(search))
    if wanted.patients is None:
        return in_states(page, DeliveryState, fits)
    theirs = transaction.one_of(conversation.c.patient, wanted.patients)
    return _newest(BY_CONVERSATION, page, [conversation.c.practice == page.practice, theirs, *fits])


def _within(wanted: DeliveryFilter) -> list[ColumnElement[bool]]:
    """The time that is asked for, no further back than the search looks."""
    fits = []
    if wanted.search.since is not None:
        fits.append(delivery.c.received_at >= wanted.search.since)
    if wanted.search.until is not None:
        fits.append(delivery.c.received_at < wanted.search.until)
    return [*fits, *down_to(wanted.last)]


def down_to(last: Position | None) -> list[ColumnElement[bool]]:
    """No older delivery than this one."""
    if last is None:
        return []
    at, identifier = last
    return [tuple_(delivery.c.received_at, delivery.c.id) >= tuple_(literal(at, Moment), literal(identifier, Uuid))]


def searched(page: PageRef, wanted: DeliveryFilter | None = None) -> Subquery:
    """The deliveries that a search looks at: so many of the newest ones, within the time that is asked for."""
    return in_states(replace(page, limit=SEARCHED_DELIVERIES), DeliveryState, _within(wanted) if wanted else ())


def searched_messages(page: PageRef, *, since: datetime | None = None) -> Subquery:
    """The same with their messages, received at this moment or later."""
    recent = [delivery.c.received_at >= since] if since is not None else ()
    return in_states(replace(page, limit=SEARCHED_DELIVERIES), DeliveryState, recent, delivery.c.message)


def _words() -> ColumnElement[str]:
    """The words of a delivery's message, looked up for one delivery after the other."""
    its = (search_text.c.practice == delivery.c.practice) & (search_text.c.message == delivery.c.message)
    return select(search_text.c.words).where(its).correlate(delivery).scalar_subquery()


def _newest(source: FromClause, page: PageRef, fits: Conditions, *besides: ColumnElement[Any]) -> Subquery:
    ordered = (delivery.c.received_at.desc(), delivery.c.id.desc())
    keys = select(delivery.c.id, delivery.c.received_at, *besides).select_from(source).where(*page.conditions, *fits)
    return keys.order_by(*ordered).limit(page.limit).subquery()


def _often(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """A condition of which PostgreSQL expects that half of the deliveries fulfil it.

    It takes one in 200 for equal to what is looked up. Of an inbox of a few thousand that would be less than a page, so
    that it would look all of it up and sort it, instead of reading it in its order until the page is full.
    """
    return case((condition, true()), else_=false())


def _of_conversation(column: ColumnElement[str]) -> ColumnElement[str]:
    """A column of a delivery's conversation, looked up for one delivery after the other.

    It is an expression: as a join it might be made for all of the practice's conversations first.
    """
    # Only of what a process of the release before stored is the message looked up.
    its_id = func.coalesce(delivery.c.conversation, of_message(message.c.conversation))
    its = (conversation.c.practice == delivery.c.practice) & (conversation.c.id == its_id)
    return select(column).where(its).correlate(delivery).scalar_subquery()
