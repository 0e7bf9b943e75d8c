"""States change by their tables only."""

import pytest

from router.errors import IllegalTransitionError
from router.messages.states import DeliveryState, State, advance_delivery, can_advance


def test_a_delivery_follows_its_table() -> None:
    assert advance_delivery(DeliveryState.UNREAD, DeliveryState.READ) is DeliveryState.READ
    assert advance_delivery(DeliveryState.DONE, DeliveryState.DONE) is DeliveryState.DONE
    with pytest.raises(IllegalTransitionError):
        advance_delivery(DeliveryState.MOVED, DeliveryState.DONE)


def test_a_message_never_goes_backwards() -> None:
    assert can_advance(State.DELIVERED, State.OPENED)
    assert not can_advance(State.ANSWERED, State.OPENED)
    assert not can_advance(State.OPENED, State.DELIVERED)
