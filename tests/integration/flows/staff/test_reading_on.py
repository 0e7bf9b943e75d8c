"""A list whose messages change while somebody reads on: what is in it throughout is on exactly one page."""

from datetime import timedelta
from uuid import UUID

import pytest

from router.actors import COMMAND
from router.flows.staff.inbox import InboxListing, InboxView
from router.flows.staff.urgency import PriorityRequest
from router.messages.inbox import DeliveryRef, InboxCursor, InboxRef, InboxSort
from router.messages.priority import LoweredBecause, Priority
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE, House

INBOX = InboxRef(PRACTICE, "ann", COMMAND)
RAISE = PriorityRequest(Priority.URGENT)
LOWER = PriorityRequest(Priority.ROUTINE, LoweredBecause.CAN_WAIT)
OPEN = InboxListing()


@pytest.fixture
def filled(house: House) -> House:
    """Six messages of ann, r0 to r5; r4 and r5 are urgent."""
    house.furnish(settings({Topic.BILLING: ["ann"]}))
    for number in range(6):
        _write(house, f"r{number}")
    for subject in ("r4", "r5"):
        house.urgency.change(_ref(house, subject), RAISE)
    return house


def _write(house: House, subject: str) -> None:
    house.write(house.draft(subject, subject=subject))
    house.route.run()


def _ref(house: House, subject: str) -> DeliveryRef:
    items = (*house.inbox("ann").items, *house.inbox("ann", InboxView.DONE).items)
    return DeliveryRef(PRACTICE, next(one.delivery for one in items if one.subject == subject), "ann", COMMAND)


def _page(house: House, listing: InboxListing, after: InboxCursor | None = None, limit: int = 3) -> list[str]:
    return [item.subject for item in house.read_inbox.page(INBOX, listing, after, limit).items]


def _next(house: House, listing: InboxListing, limit: int = 3) -> InboxCursor:
    found = house.read_inbox.page(INBOX, listing, None, limit).next
    assert found is not None
    return found


@pytest.mark.parametrize(("sort", "rest"), [(InboxSort.NEWEST, ["r2", "r1", "r0"]), (InboxSort.OLDEST, ["r1", "r2"])])
def test_what_is_raised_meanwhile_is_in_its_place(filled: House, sort: InboxSort, rest: list[str]) -> None:
    listing = InboxListing(sort=sort)
    after = _next(filled, listing)

    filled.urgency.change(_ref(filled, "r1"), RAISE)

    assert _page(filled, listing, after)[: len(rest)] == rest


def test_what_arrives_as_urgent_meanwhile_is_at_the_end_of_the_oldest(filled: House) -> None:
    listing = InboxListing(sort=InboxSort.OLDEST)
    after = _next(filled, listing)

    _write(filled, "late")
    filled.urgency.change(_ref(filled, "late"), RAISE)

    assert _page(filled, listing, after, 9) == ["r1", "r2", "r3", "late"]


@pytest.mark.parametrize("limit", [1, 2, 3, 9])
def test_what_is_claimed_meanwhile_is_not_repeated(filled: House, limit: int) -> None:
    """Whatever the limit of the later pages, also where more is urgent than stands first."""
    first, after = _page(filled, OPEN, None, 1), _next(filled, OPEN, 1)

    filled.replies.claim(_ref(filled, "r4"))

    assert first == ["r4"]
    assert _page(filled, OPEN, after, limit) == ["r5", "r3", "r2", "r1", "r0"][:limit]


def test_what_is_read_while_reading_on_keeps_no_other_from_the_list(filled: House) -> None:
    unread = InboxListing(InboxView.UNREAD)
    for subject in ("r0", "r1", "r2", "r3"):
        filled.urgency.change(_ref(filled, subject), RAISE)
    after = _next(filled, unread, 2)

    for subject in _page(filled, unread, None, 2):
        filled.read_inbox.mark(_ref(filled, subject), DeliveryState.READ)

    assert _page(filled, unread, after, 9) == ["r3", "r2", "r1", "r0"]


def test_from_a_later_page_neighbours_are_those_of_its_list(filled: House) -> None:
    """What stood first on the first page is before all others, also once it is claimed."""
    after = _next(filled, OPEN)
    filled.replies.claim(_ref(filled, "r5"))
    filled.urgency.change(_ref(filled, "r1"), RAISE)
    order = [_ref(filled, f"r{number}").delivery for number in (4, 5, 3, 2, 1, 0)]

    assert [_beside(filled, delivery, after) for delivery in order] == _neighbours(order)
    following = [filled.read_inbox.following(_of(delivery), OPEN, after) for delivery in order]
    assert following == [*order[1:], order[-2]]


def test_from_a_later_page_no_neighbour_has_left_the_list(filled: House) -> None:
    after = _next(filled, OPEN)
    r3, r4 = (_ref(filled, subject).delivery for subject in ("r3", "r4"))

    filled.read_inbox.mark(_ref(filled, "r5"), DeliveryState.DONE)
    assert _beside(filled, r3, after)[0] == r4
    filled.snooze.snooze(_of(r4), filled.operations.ready() + timedelta(hours=1))
    assert _beside(filled, r3, after)[0] is None


def test_from_a_later_page_of_urgent_ones_no_neighbour_is_routine(filled: House) -> None:
    urgent = InboxListing(priority=Priority.URGENT)
    after = _next(filled, urgent, 1)

    filled.urgency.change(_ref(filled, "r4"), LOWER)

    assert _beside(filled, _ref(filled, "r5").delivery, after, urgent) == (None, None)


def _of(delivery: UUID) -> DeliveryRef:
    return DeliveryRef(PRACTICE, delivery, "ann", COMMAND)


def _beside(
    house: House, delivery: UUID, page: InboxCursor, listing: InboxListing = OPEN
) -> tuple[UUID | None, UUID | None]:
    return house.read_inbox.open(_of(delivery), listing, page).beside


def _neighbours(order: list[UUID]) -> list[tuple[UUID | None, UUID | None]]:
    around = [None, *order, None]
    return list(zip(around, around[2:], strict=False))
