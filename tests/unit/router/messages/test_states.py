"""States change by their tables only."""

import pytest

from router.errors import IllegalTransitionError
from router.messages.states import (
    MESSAGE_TRANSITIONS,
    NOTIFICATION_TRANSITIONS,
    DeliveryState,
    NotificationState,
    State,
    advance_delivery,
    sources_of,
)


def test_a_delivery_follows_its_table() -> None:
    assert advance_delivery(DeliveryState.UNREAD, DeliveryState.READ) is DeliveryState.READ
    assert advance_delivery(DeliveryState.DONE, DeliveryState.DONE) is DeliveryState.DONE
    with pytest.raises(IllegalTransitionError):
        advance_delivery(DeliveryState.MOVED, DeliveryState.DONE)


def test_a_message_never_goes_backwards() -> None:
    assert sources_of(MESSAGE_TRANSITIONS, State.OPENED) == (State.DELIVERED,)
    assert sources_of(MESSAGE_TRANSITIONS, State.DELIVERED) == (State.ACCEPTED,)
    assert sources_of(MESSAGE_TRANSITIONS, State.ANSWERED) == (State.DELIVERED, State.OPENED)


def test_what_may_become_each_of_several_states_is_told_together() -> None:
    due, leased = NotificationState.DUE, NotificationState.LEASED
    assert sources_of(NOTIFICATION_TRANSITIONS, leased) == (due, leased)
    assert sources_of(NOTIFICATION_TRANSITIONS, due, NotificationState.SENT) == (leased,)
    assert sources_of(NOTIFICATION_TRANSITIONS, NotificationState.SENT, leased) == (leased,)


def test_what_was_sent_stays_sent() -> None:
    for state in NotificationState:
        assert NotificationState.SENT not in sources_of(NOTIFICATION_TRANSITIONS, state)
