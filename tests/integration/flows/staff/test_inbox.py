"""Inboxes: pages, marks, and what opening means for the message."""

from uuid import uuid4

import pytest

from router.actors import COMMAND
from router.errors import NotFound
from router.flows.staff.inbox import InboxListing, InboxView
from router.messages.inbox import DeliveryRef, InboxRef
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE, House

TO_BOTH = settings({Topic.BILLING: ["ann", "ben"]})


def test_an_inbox_is_paged_newest_first(house: House) -> None:
    receipts = house.furnish(TO_BOTH).write_many(5)
    house.route.run()

    pages, before = [], None
    while True:
        page = house.read_inbox.page(InboxRef(PRACTICE, "ann", COMMAND), InboxListing(), before, 2)
        pages.append([item.message for item in page.items])
        before = page.next
        if before is None:
            break

    assert [len(page) for page in pages] == [2, 2, 1]
    assert {one for page in pages for one in page} == {receipt.id for receipt in receipts}
    assert page.unread == 5


def test_marking_moves_a_delivery_between_the_views_and_opens_the_message_once(
    house: House,
) -> None:
    receipt = house.furnish(TO_BOTH).write()[0]
    house.route.run()
    delivery = house.inbox("ann").items[0].delivery

    def mark(state: DeliveryState) -> DeliveryState:
        return house.read_inbox.mark(DeliveryRef(PRACTICE, delivery, "ann", COMMAND), state).state

    assert mark(DeliveryState.READ) is mark(DeliveryState.READ)
    opened = house.accept.receipt(PRACTICE, receipt.id)
    assert (opened.status.value, house.inbox("ann", InboxView.UNREAD).items) == (
        "opened",
        (),
    )
    mark(DeliveryState.DONE)
    assert [len(house.inbox("ann", view).items) for view in (InboxView.OPEN, InboxView.DONE)] == [
        0,
        1,
    ]
    mark(DeliveryState.UNREAD)
    assert len(house.inbox("ann", InboxView.UNREAD).items) == 1
    assert house.accept.receipt(PRACTICE, receipt.id) == opened
    sibling = house.inbox("ben").items[0]
    assert (sibling.state, sibling.handled_by) == (DeliveryState.READ, "ann")


def test_mine_is_what_i_own(house: House) -> None:
    house.furnish(TO_BOTH).write()
    house.route.run()

    assert house.inbox("ann", InboxView.MINE).items == ()


def test_reading_one_delivery_changes_no_state(house: House) -> None:
    house.furnish(TO_BOTH).write()
    house.route.run()
    delivery = house.inbox("ann").items[0].delivery

    item, names = house.read_inbox.delivery(DeliveryRef(PRACTICE, delivery, "ann", COMMAND))

    assert (item.state, names["ann"]) == (DeliveryState.UNREAD, "Ann")
    assert house.inbox("ann").unread == 1


def test_subjects_are_those_of_deliveries_in_the_inbox(house: House) -> None:
    house.furnish(TO_BOTH).write()
    house.route.run()
    own, others = (house.inbox(staff).items[0].delivery for staff in ("ann", "ben"))

    assert house.read_inbox.subjects(InboxRef(PRACTICE, "ann", COMMAND), [own, others, uuid4()]) == {own: "A bill"}


def test_an_inbox_of_nobody_and_a_delivery_of_nothing_are_not_found(house: House) -> None:
    house.furnish()

    with pytest.raises(NotFound):
        house.inbox("ghost")
    with pytest.raises(NotFound):
        house.read_inbox.delivery(DeliveryRef(PRACTICE, uuid4(), "ann", COMMAND))


def test_opening_a_delivery_shows_its_conversation_and_changes_no_state(house: House) -> None:
    house.furnish(TO_BOTH).write()
    house.route.run()
    delivery = house.inbox("ann").items[0].delivery

    opened = house.read_inbox.open(DeliveryRef(PRACTICE, delivery, "ann", COMMAND))

    assert (opened.item.state, opened.unread) == (DeliveryState.UNREAD, 1)
    assert [entry.body for entry in opened.thread.entries] == [house.draft().body]
    assert opened.thread.names == {"ada": "Ada", "ann": "Ann", "ben": "Ben"}
    assert opened.practice.staffing.is_active("ann")
    assert house.inbox("ann").unread == 1
    with pytest.raises(NotFound):
        house.read_inbox.open(DeliveryRef(PRACTICE, delivery, "ben", COMMAND))
