"""Watching inboxes: many at once, for as long as each session lasts."""

from datetime import timedelta

from router.access.tokens import digest
from router.actors import COMMAND
from router.flows.staff.inbox_watch import Watcher
from router.messages.inbox import DeliveryRef
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.house import IDLE, PRACTICE, House

TO_BOTH = settings({Topic.BILLING: ["ann", "ben"]})


def sign_in(house: House, staff: str, practice: str = PRACTICE) -> tuple[str, Watcher]:
    house.sign_in.set_password(practice, staff, "correct horse battery", COMMAND)
    token = house.sign_in.sign_in(practice, staff, "correct horse battery")
    return token, Watcher(practice, staff, digest(token))


def test_all_who_watch_see_their_own_inbox_and_no_other_practices(house: House) -> None:
    house.furnish(TO_BOTH)
    house.furnish(TO_BOTH, practice="elsewhere")
    watchers = [sign_in(house, "ann")[1], sign_in(house, "ben")[1], sign_in(house, "ann", "elsewhere")[1]]
    house.write_many(2)
    house.route.run()
    newest = house.inbox("ann").items[0]
    house.read_inbox.mark(DeliveryRef(PRACTICE, newest.delivery, "ann", COMMAND), DeliveryState.READ)

    seen = house.watch_inboxes.look(watchers)

    assert [seen[watcher].unread for watcher in watchers] == [1, 2, 0]
    assert seen[watchers[1]].newest == newest.received_at
    assert seen[watchers[2]].newest is None
    assert house.watch_inboxes.unread(PRACTICE, "ben") == 2
    assert house.watch_inboxes.look([]) == {}


def test_a_session_that_is_over_sees_nothing_and_watching_keeps_none_alive(house: House) -> None:
    house.furnish(TO_BOTH)
    token, left = sign_in(house, "ann")
    _, idle = sign_in(house, "ben")
    house.sessions.sign_out(token)

    assert list(house.watch_inboxes.look([left, idle])) == [idle]
    house.clock.by = IDLE - timedelta(minutes=1)
    assert list(house.watch_inboxes.look([idle])) == [idle]
    house.clock.by = IDLE + timedelta(minutes=1)
    assert house.watch_inboxes.look([idle]) == {}


def test_whoever_has_left_sees_nothing(house: House) -> None:
    house.furnish(TO_BOTH)
    _, watcher = sign_in(house, "ann")

    house.bring([a_staff("ann", active=False)])

    assert house.watch_inboxes.look([watcher]) == {}
