"""Pages of an inbox, and a delivery's neighbors in it. Urgent messages that nobody has taken come first."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from router.messages.inbox import DeliveryRef, InboxCursor, InboxFilter, InboxItem, InboxRef, InboxSort
from router.paging import Position
from router.ports.unit_of_work import UnitOfWork

# Deliveries on a page of the inbox. So many can stand first; of more, the others stand in their place.
A_PAGE = 50
# Where a list begins behind those that stand first: before everything that can be in it.
BEGINNINGS: dict[bool, Position] = {
    True: (datetime(2198, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1)),
    False: (datetime(1902, 1, 1, tzinfo=UTC), UUID(int=0)),
}


def page_of(
    work: UnitOfWork, inbox: InboxRef, wanted: InboxFilter, cursor: InboxCursor | None, limit: int
) -> tuple[list[InboxItem], InboxCursor | None]:
    """A page of a list, and where the next one begins. The first page begins with the urgent messages that come first.

    Later pages leave out those and nothing else: a message that becomes urgent meanwhile stands in its place, and one
    that somebody takes isn't repeated.
    """
    practice, staff = inbox.practice, inbox.staff
    if cursor is None:
        first = tuple(work.inbox.first(practice, staff, wanted, limit))
        shown, after = work.inbox.these(practice, staff, first), None
    else:
        first, shown, after = cursor.first, [], cursor.after
    room = limit - len(shown)
    items = work.inbox.items(practice, staff, replace(wanted, without=first), after, room + 1)
    page = [*shown, *items[:room]]
    if len(items) <= room:
        return page, None
    ends = page[-1].position(wanted, work.now()) if room else BEGINNINGS[_falls(wanted)]
    return page, InboxCursor(ends, first)


def neighbours(
    work: UnitOfWork, ref: DeliveryRef, item: InboxItem, wanted: InboxFilter, cursor: InboxCursor | None
) -> tuple[UUID | None, UUID | None]:
    """The deliveries before and after this one in a list, as it is shown from the page at this cursor."""
    practice, staff = ref.practice, ref.staff
    first = _first(work, ref, wanted, cursor)
    without = cursor.first if cursor is not None else tuple(first)
    rest = replace(wanted, without=without)
    if item.delivery not in first:
        before, after = work.inbox.beside(practice, staff, rest, item.position(wanted, work.now()))
        return before or (first[-1] if first else None), after
    place = first.index(item.delivery)
    before = first[place - 1] if place else None
    if place + 1 < len(first):
        return before, first[place + 1]
    begins = BEGINNINGS[_falls(wanted)]
    return before, work.inbox.beside(practice, staff, rest, begins)[1]


def _first(work: UnitOfWork, ref: DeliveryRef, wanted: InboxFilter, cursor: InboxCursor | None) -> Sequence[UUID]:
    """What stands first now or, for somebody on a later page, what stood there and is in the list still."""
    if cursor is None:
        return work.inbox.first(ref.practice, ref.staff, wanted, A_PAGE)
    stood = work.inbox.these(ref.practice, ref.staff, cursor.first)
    return [item.delivery for item in stood if wanted.lists(item, work.now())]


def _falls(wanted: InboxFilter) -> bool:
    """Whether the list is in descending order."""
    return wanted.sort is InboxSort.NEWEST and not wanted.asleep
