"""Where urgent messages stand in the lists of an inbox."""

from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from router.actors import COMMAND
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.inbox import InboxListing, InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import InboxRef, InboxSort
from router.messages.priority import Priority
from router.messages.states import DeliveryState, Outcome
from router.messages.undo import UndoableAct
from router.practice.topics import Topic
from tests.house import PRACTICE, House

if TYPE_CHECKING:
    from router.messages.inbox import InboxCursor
from tests.integration.flows.staff.urgent_messages import LOWER, ref, written
from tests.integration.flows.staff.urgent_messages import house as house  # noqa: PLC0414 - the fixture is shared.


def listed(house: House, staff: str = "ann", *, limit: int = 200, **asked: object) -> list[UUID]:
    """The messages of a list, page after page."""
    found: list[UUID] = []
    after: InboxCursor | None = None
    while True:
        listing = InboxListing(**asked)  # type: ignore[arg-type] # a test names the fields.
        page = house.read_inbox.page(InboxRef(PRACTICE, staff, COMMAND), listing, after, limit)
        assert len(page.items) <= limit
        found += [item.message for item in page.items]
        if page.next is None:
            return found
        after = page.next


@pytest.mark.parametrize("sort", list(InboxSort))
@pytest.mark.parametrize("limit", [3, 4])
def test_what_is_urgent_stands_first_and_each_message_once(house: House, sort: InboxSort, limit: int) -> None:
    urgent = written(house, 2, priority=Priority.URGENT)
    routine = written(house, 5, subject="Later")
    order = list(reversed(routine)) if sort is InboxSort.NEWEST else routine
    urgent += written(house, 1, body="chest pain")
    assert listed(house, sort=sort, limit=limit) == [*urgent, *order]


@pytest.mark.parametrize("act", ["claim", "reply", "done", "phone", "lower", "colleague"])
def test_it_stands_first_until_somebody_has_it(house: House, act: str) -> None:
    (urgent,) = written(house, priority=Priority.URGENT)
    (routine,) = written(house, subject="Later")
    mine = ref(house, urgent)
    assert listed(house, "ben") == [urgent, routine]
    match act:
        case "claim":
            house.replies.claim(mine)
        case "reply":
            house.replies.reply(mine, ReplyRequest("Come in.", keep_open=True))
        case "done":
            house.read_inbox.mark(mine, DeliveryState.DONE)
        case "phone":
            house.read_inbox.mark(mine, DeliveryState.DONE, Outcome.ANSWERED_BY_PHONE)
        case "lower":
            house.urgency.change(mine, LOWER)
        case _:
            house.replies.claim(ref(house, urgent, "ben"))
    assert listed(house, "ben") == [routine, urgent]
    shown = house.inbox("ben").items[1]
    assert shown.priority is (Priority.ROUTINE if act == "lower" else Priority.URGENT)


@pytest.mark.parametrize("act", [UndoableAct.DONE, UndoableAct.CLAIM, UndoableAct.PRIORITY])
def test_undone_it_stands_first_again(house: House, act: UndoableAct) -> None:
    (urgent,) = written(house, priority=Priority.URGENT)
    (routine,) = written(house, subject="Later")
    mine = ref(house, urgent)
    match act:
        case UndoableAct.DONE:
            house.read_inbox.mark(mine, DeliveryState.DONE)
        case UndoableAct.CLAIM:
            house.replies.claim(mine)
        case _:
            house.urgency.change(mine, LOWER)
    assert house.undo.undo(mine) is act
    assert listed(house) == [urgent, routine]


def test_done_and_unread_by_hand_it_stands_first_again(house: House) -> None:
    (urgent,) = written(house, priority=Priority.URGENT)
    (routine,) = written(house, subject="Later")
    house.read_inbox.mark(ref(house, urgent), DeliveryState.DONE)
    house.read_inbox.mark(ref(house, urgent), DeliveryState.UNREAD)
    assert listed(house) == [urgent, routine]


def test_given_again_to_the_one_who_was_done_with_it_it_stands_first_again(house: House) -> None:
    (urgent,) = written(house, priority=Priority.URGENT)
    house.read_inbox.mark(ref(house, urgent), DeliveryState.DONE)
    house.forward.forward(ref(house, urgent, "ben"), ForwardRequest("ann", "", whole_conversation=False))
    (routine,) = written(house, subject="Later")
    assert listed(house) == [urgent, routine]


def test_neighbours_are_those_of_the_list(house: House) -> None:
    routine = written(house, 2, subject="Later")
    urgent = written(house, 2, priority=Priority.URGENT)
    shown = listed(house)
    assert shown == [*urgent, *reversed(routine)]
    deliveries = [ref(house, message).delivery for message in shown]
    for place, message in enumerate(shown):
        opened = house.read_inbox.open(ref(house, message), InboxListing())
        before = deliveries[place - 1] if place else None
        after = deliveries[place + 1] if place + 1 < len(deliveries) else None
        assert opened.beside == (before, after)


def test_lists_of_one_topic_site_or_priority_and_those_it_is_not_in(house: House) -> None:
    (urgent,) = written(house, priority=Priority.URGENT)
    (routine,) = written(house, subject="Later")
    assert listed(house, topic=Topic.BILLING, site="north") == [urgent, routine]
    assert listed(house, topic=Topic.MEDICAL) == []
    assert listed(house, priority=Priority.URGENT) == [urgent]
    assert listed(house, priority=Priority.ROUTINE) == [routine]
    assert listed(house, priority=Priority.ROUTINE, sort=InboxSort.OLDEST) == [routine]
    assert listed(house, view=InboxView.DONE) == listed(house, view=InboxView.MINE) == []
    house.read_inbox.mark(ref(house, urgent), DeliveryState.READ)
    assert listed(house, view=InboxView.UNREAD) == [routine]
    assert listed(house) == [urgent, routine]
