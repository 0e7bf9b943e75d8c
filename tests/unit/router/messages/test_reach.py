"""Which entries of a conversation somebody sees."""

from datetime import timedelta

import pytest

from router.messages.cascade import HandOver, Step
from router.messages.reach import HeldMessage, Reach, reach_of
from router.messages.states import DeliveryState
from tests.builders import NOON

LATER = NOON + timedelta(hours=1)
UNREAD, MOVED = DeliveryState.UNREAD, DeliveryState.MOVED


@pytest.mark.parametrize("reason", [*Step, HandOver.ABSENCE])
def test_who_gets_it_by_the_cascade_or_for_somebody_sees_everything(reason: Step | HandOver) -> None:
    assert reach_of([HeldMessage(LATER, reason, UNREAD)]).is_whole


@pytest.mark.parametrize("reason", sorted(set(HandOver) - {HandOver.ABSENCE}))
def test_who_comes_in_later_sees_it_from_there_on(reason: HandOver) -> None:
    held = [HeldMessage(LATER, reason, UNREAD), HeldMessage(LATER + timedelta(hours=1), reason, UNREAD)]
    reach = reach_of(held)
    assert reach == Reach(since=LATER)
    assert (reach.shows(NOON), reach.shows(LATER)) == (False, True)
    assert reach_of([*held, HeldMessage(NOON, Step.OWNER, UNREAD)]).is_whole
    assert reach_of([HeldMessage(LATER, reason, UNREAD, whole=True)]).is_whole


def test_what_has_gone_shows_nothing_that_came_later() -> None:
    gone = HeldMessage(NOON, Step.RECIPIENTS, MOVED, LATER)
    reach = reach_of([gone])
    assert (reach.shows(LATER), reach.shows(LATER + timedelta(seconds=1))) == (True, False)
    assert reach_of([gone, HeldMessage(NOON, Step.RECIPIENTS, UNREAD)]).is_whole
    assert reach_of([gone, HeldMessage(NOON, Step.RECIPIENTS, DeliveryState.DONE)]) == Reach(until=LATER)
    assert reach_of([HeldMessage(NOON, Step.RECIPIENTS, MOVED)]).is_whole
    assert reach_of([]) == Reach()


def test_what_came_after_and_is_done_is_shown_like_what_is_open() -> None:
    gone = HeldMessage(NOON, Step.RECIPIENTS, MOVED, LATER)
    came_back = HeldMessage(LATER + timedelta(hours=1), Step.RECIPIENTS, DeliveryState.DONE)
    assert reach_of([gone, came_back]).is_whole
