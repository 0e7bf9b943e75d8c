"""What is put off leaves the open list, comes back on top, and keeps its owner and its ladder."""

from datetime import timedelta

import pytest

from router.actors import COMMAND
from router.errors import Conflict, Invalid, NotFound
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.inbox import InboxListing, InboxView
from router.flows.staff.replies import ReplyRequest
from router.flows.staff.urgency import PriorityRequest
from router.messages.events import EventKind
from router.messages.inbox import DeliveryRef, InboxRef, InboxSort, Pulse
from router.messages.priority import Priority
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE, House
from tests.integration.flows.staff.test_inbox_watch import sign_in

INBOX = InboxRef(PRACTICE, "ann", COMMAND)
HOUR = timedelta(hours=1)


@pytest.fixture
def filled(house: House) -> House:
    """Messages m0 to m4 of ann and ben, all of them read by ann."""
    house.furnish(settings({Topic.BILLING: ["ann", "ben"], Topic.OTHER: ["ann"]}))
    for number in range(5):
        house.clock.by = timedelta(minutes=number)
        topic = Topic.OTHER if number == 4 else Topic.BILLING
        house.write(house.draft(f"m{number}", subject=f"m{number}", topic=topic))
        house.route.run()
    for item in house.inbox("ann").items:
        house.read_inbox.mark(DeliveryRef(PRACTICE, item.delivery, "ann", COMMAND), DeliveryState.READ)
    return house


def _ref(house: House, subject: str) -> DeliveryRef:
    found = [*house.inbox("ann", InboxView.OPEN).items, *house.inbox("ann", InboxView.LATER).items]
    return DeliveryRef(PRACTICE, next(one.delivery for one in found if one.subject == subject), "ann", COMMAND)


def _listed(house: House, listing: InboxListing, limit: int = 2) -> list[str]:
    """Every page of a list, one after the other."""
    found, after = [], None
    while True:
        page = house.read_inbox.page(INBOX, listing, after, limit)
        found += [item.subject for item in page.items]
        after = page.next
        if after is None:
            return found


def _put_off(house: House, **until: int) -> None:
    """Put these off until so many minutes after the beginning."""
    for subject, minutes in until.items():
        at = house.operations.ready() - house.clock.by + timedelta(minutes=minutes)
        house.snooze.snooze(_ref(house, subject), at)


def test_it_leaves_the_open_list_and_comes_back_on_top_in_every_page_size(filled: House) -> None:
    _put_off(filled, m1=30, m3=20)

    for limit in (1, 2, 5):
        assert _listed(filled, InboxListing(), limit) == ["m4", "m2", "m0"]
        assert _listed(filled, InboxListing(InboxView.LATER), limit) == ["m3", "m1"]
    assert _listed(filled, InboxListing(InboxView.LATER, topic=Topic.OTHER)) == []
    assert _listed(filled, InboxListing(sort=InboxSort.OLDEST)) == ["m0", "m2", "m4"]
    assert _listed(filled, InboxListing(sort=InboxSort.WAITING)) == ["m0", "m2", "m4"]

    filled.clock.by = timedelta(minutes=25)
    for limit in (1, 2, 5):
        assert _listed(filled, InboxListing(), limit) == ["m3", "m4", "m2", "m0"]
    assert _listed(filled, InboxListing(sort=InboxSort.OLDEST)) == ["m0", "m2", "m3", "m4"]
    filled.write(filled.draft("m5", subject="m5"))
    filled.route.run()
    filled.clock.by = HOUR
    for limit in (1, 2, 5):
        assert _listed(filled, InboxListing(), limit) == ["m1", "m5", "m3", "m4", "m2", "m0"]
        assert _listed(filled, InboxListing(topic=Topic.BILLING), limit) == ["m1", "m5", "m3", "m2", "m0"]
    assert _listed(filled, InboxListing(InboxView.LATER)) == []


def test_neighbours_follow_the_list(filled: House) -> None:
    _put_off(filled, m1=30, m3=20, m2=90)
    filled.clock.by = timedelta(minutes=25)
    listing = InboxListing()
    ids = [item.delivery for item in filled.read_inbox.page(INBOX, listing, None, 9).items]

    for place, delivery in enumerate(ids):
        opened = filled.read_inbox.open(DeliveryRef(PRACTICE, delivery, "ann", COMMAND), listing)
        assert opened.beside == (ids[place - 1] if place else None, ids[place + 1] if place + 1 < len(ids) else None)
    later = InboxListing(InboxView.LATER)
    first, second = (item.delivery for item in filled.read_inbox.page(INBOX, later, None, 9).items)
    assert filled.read_inbox.open(DeliveryRef(PRACTICE, first, "ann", COMMAND), later).beside == (None, second)
    assert filled.read_inbox.open(DeliveryRef(PRACTICE, second, "ann", COMMAND), later).beside == (first, None)


def test_its_owner_stays_and_what_is_done_with_it_ends_it(filled: House) -> None:
    done, replied, unread, woken = (_ref(filled, subject) for subject in ("m0", "m1", "m2", "m3"))
    filled.replies.claim(replied)
    _put_off(filled, m0=30, m1=30, m2=30, m3=30)
    assert {item.subject: item.owner for item in filled.inbox("ann", InboxView.LATER).items}["m1"] == "ann"

    filled.read_inbox.mark(done, DeliveryState.DONE)
    filled.replies.reply(replied, ReplyRequest("Yes.", keep_open=True))
    filled.read_inbox.mark(unread, DeliveryState.UNREAD)
    filled.snooze.snooze(woken, None)

    assert _listed(filled, InboxListing()) == ["m4", "m3", "m2", "m1"]
    assert _listed(filled, InboxListing(InboxView.LATER)) == []
    assert all(item.snoozed_until is None for item in filled.inbox("ann").items)
    acts = [row.details["until"] for row in filled.operations.audit(PRACTICE, None, 20) if row.action.endswith("oozed")]
    assert (acts[0], len(acts)) == ("", 5)


def test_putting_off_reads_it_and_what_is_given_again_is_awake(filled: House) -> None:
    bens = filled.inbox("ben").items[0]
    ref = DeliveryRef(PRACTICE, bens.delivery, "ben", COMMAND)
    at = filled.operations.ready() + HOUR

    filled.snooze.snooze(ref, at)
    assert filled.inbox("ben", InboxView.LATER).items[0].state is DeliveryState.READ
    with filled.database.begin() as work:
        work.replies.move(PRACTICE, [bens.delivery])
        work.commit()
    with pytest.raises(Conflict):
        filled.snooze.snooze(ref, at)
    with filled.database.begin() as work:
        work.inbox.mark(PRACTICE, bens.delivery, DeliveryState.UNREAD)
        work.commit()

    assert bens.delivery in [item.delivery for item in filled.inbox("ben").items]


def test_what_was_put_off_and_came_again_stays_in_the_open_list_once_it_is_read(filled: House) -> None:
    _put_off(filled, m1=90)
    bens = next(item.delivery for item in filled.inbox("ben").items if item.subject == "m1")
    forward = ForwardRequest("ann", "She called.", whole_conversation=False)
    filled.forward.forward(DeliveryRef(PRACTICE, bens, "ben", COMMAND), forward)

    filled.read_inbox.mark(_ref(filled, "m1"), DeliveryState.READ)

    assert "m1" in _listed(filled, InboxListing())
    assert _listed(filled, InboxListing(InboxView.LATER)) == []


def test_what_is_urgent_and_not_put_off_stands_in_the_open_list_alone(filled: House) -> None:
    for subject in ("m2", "m3"):
        filled.urgency.change(_ref(filled, subject), PriorityRequest(Priority.URGENT))

    _put_off(filled, m1=30, m2=20)

    # Until somebody takes what is urgent, it stands first, whoever has put it off.
    assert _listed(filled, InboxListing(), 9) == ["m2", "m3", "m4", "m0"]
    assert _listed(filled, InboxListing(InboxView.LATER), 9) == ["m2", "m1"]


def test_the_first_opening_opens_the_message(house: House) -> None:
    """To the patient it is opened, once, though nobody has looked at the page of it."""
    receipt = house.furnish(settings({Topic.BILLING: ["ann", "ben"]})).write()[0]
    house.route.run()
    at = house.operations.ready() + HOUR

    for staff in ("ann", "ben"):
        delivery = house.inbox(staff).items[0].delivery
        house.snooze.snooze(DeliveryRef(PRACTICE, delivery, staff, COMMAND), at)

    assert house.accept.receipt(PRACTICE, receipt.id).status.value == "opened"
    assert [event.kind for event in house.conversations.events(PRACTICE, 0, 9).events].count(EventKind.OPENED) == 1


def test_an_open_page_hears_when_something_comes_back(filled: House) -> None:
    watchers = [sign_in(filled, "ann")[1], sign_in(filled, "ben")[1]]
    _put_off(filled, m1=10)
    assert filled.watch_inboxes.look(watchers)[watchers[0]] == Pulse(0, None)

    filled.clock.by = timedelta(minutes=11)
    anns, bens = (filled.watch_inboxes.look(watchers)[watcher] for watcher in watchers)

    assert (anns.unread, anns.newest) == (0, filled.inbox("ann").items[0].snoozed_until)
    assert (bens.unread, bens.newest) == (4, filled.inbox("ben").items[0].received_at)
    filled.snooze.snooze(_bens(filled), filled.operations.ready() + HOUR / 60)
    filled.clock.by = timedelta(minutes=13)
    bens = filled.watch_inboxes.look(watchers)[watchers[1]]
    assert (bens.unread, bens.newest) == (3, filled.inbox("ben").items[0].snoozed_until)


def _bens(house: House) -> DeliveryRef:
    return DeliveryRef(PRACTICE, house.inbox("ben").items[0].delivery, "ben", COMMAND)


def test_what_can_not_be_is_refused(filled: House) -> None:
    ref, now = _ref(filled, "m1"), filled.operations.ready()

    with pytest.raises(Invalid) as refused:
        filled.snooze.snooze(ref, now - HOUR)
    assert [error.field for error in refused.value.errors] == ["at"]
    filled.read_inbox.mark(ref, DeliveryState.DONE)
    with pytest.raises(Conflict):
        filled.snooze.snooze(ref, now + HOUR)
    with pytest.raises(NotFound):
        filled.snooze.snooze(DeliveryRef(PRACTICE, ref.delivery, "ben", COMMAND), now + HOUR)
