"""The order of a list, what it leaves out, and the neighbours of a message in it."""

from datetime import timedelta

import pytest

from router.actors import COMMAND
from router.errors import NotFound
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.inbox import InboxListing, InboxView
from router.messages.inbox import DeliveryRef, InboxItem, InboxRef, InboxSort
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE, House

BOTH_TOPICS = settings({Topic.BILLING: ["ann"], Topic.OTHER: ["ann"], Topic.APPOINTMENT: ["ben"]})
NEWEST, OLDEST, WAITING = (InboxListing(sort=sort) for sort in InboxSort)


@pytest.fixture
def filled(house: House) -> House:
    """Five messages of ann; the first was written before all others and came to her last."""
    house.furnish(BOTH_TOPICS)
    house.write(house.draft("late", topic=Topic.APPOINTMENT, subject="late"))
    house.route.run()
    for number, topic in enumerate((Topic.BILLING, Topic.OTHER, Topic.BILLING, Topic.OTHER)):
        house.clock.by = timedelta(minutes=1 + number)
        house.write(house.draft(f"m{number}", topic=topic, subject=f"m{number}"))
        house.route.run()
    house.clock.by = timedelta(minutes=9)
    ben = DeliveryRef(PRACTICE, house.inbox("ben").items[0].delivery, "ben", COMMAND)
    house.forward.forward(ben, ForwardRequest("ann", "", whole_conversation=False))
    return house


def _all(house: House, listing: InboxListing, limit: int = 2) -> list[InboxItem]:
    """Every page of a list, one after the other."""
    found: list[InboxItem] = []
    after = None
    while True:
        page = house.read_inbox.page(InboxRef(PRACTICE, "ann", COMMAND), listing, after, limit)
        found += page.items
        after = page.next
        if after is None:
            return found


def test_each_order_is_paged_without_gaps_or_doubles(filled: House) -> None:
    expected = {
        NEWEST: ["late", "m3", "m2", "m1", "m0"],
        OLDEST: ["m0", "m1", "m2", "m3", "late"],
        WAITING: ["late", "m0", "m1", "m2", "m3"],
    }

    for listing, subjects in expected.items():
        for limit in (1, 2, 5):
            assert [item.subject for item in _all(filled, listing, limit)] == subjects, (listing, limit)


def test_topic_and_site_leave_the_others_out(filled: House) -> None:
    assert [one.subject for one in _all(filled, InboxListing(topic=Topic.BILLING))] == ["m2", "m0"]
    assert len(_all(filled, InboxListing(site="north"))) == 5
    assert _all(filled, InboxListing(site="nowhere")) == []
    assert _all(filled, InboxListing(InboxView.MINE, topic=Topic.OTHER)) == []


@pytest.mark.parametrize("listing", [NEWEST, OLDEST, WAITING])
def test_a_message_has_its_neighbours_of_the_list_also_once_it_has_left_it(
    filled: House, listing: InboxListing
) -> None:
    listed = _all(filled, listing)
    ids = [item.delivery for item in listed]

    for place, delivery in enumerate(ids):
        opened = filled.read_inbox.open(DeliveryRef(PRACTICE, delivery, "ann", COMMAND), listing)
        before = ids[place - 1] if place else None
        after = ids[place + 1] if place + 1 < len(ids) else None
        assert opened.beside == (before, after)

    middle = DeliveryRef(PRACTICE, ids[2], "ann", COMMAND)
    filled.read_inbox.mark(middle, DeliveryState.DONE)
    assert filled.read_inbox.open(middle, listing).beside == (ids[1], ids[3])
    assert filled.read_inbox.open(middle).beside == (None, None)


def test_after_a_message_comes_the_next_open_one_else_the_one_before(filled: House) -> None:
    """Also of who came from the list of what is done, or put off."""
    ids = {item.subject: item.delivery for item in _all(filled, OLDEST)}

    def following(subject: str, listing: InboxListing) -> str | None:
        ref = DeliveryRef(PRACTICE, ids[subject], "ann", COMMAND)
        found = filled.read_inbox.following(ref, listing)
        return next((one for one, delivery in ids.items() if delivery == found), None)

    assert [following("m1", listing) for listing in (NEWEST, OLDEST, WAITING)] == ["m0", "m2", "m2"]
    assert following("m0", NEWEST) == "m1"
    for subject in ("m0", "m1"):
        filled.read_inbox.mark(DeliveryRef(PRACTICE, ids[subject], "ann", COMMAND), DeliveryState.DONE)
    assert following("m2", NEWEST) == "m3"
    assert [following("m1", InboxListing(view)) for view in (InboxView.DONE, InboxView.LATER)] == ["m2", "m2"]
    assert following("m3", InboxListing(topic=Topic.OTHER)) is None
    with pytest.raises(NotFound):
        filled.read_inbox.following(DeliveryRef(PRACTICE, ids["m0"], "ben", COMMAND), NEWEST)
