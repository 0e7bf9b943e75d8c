"""What somebody owns and has read moves once as their absence begins."""

from datetime import timedelta
from uuid import UUID

import pytest

from router.actors import COMMAND
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import DeliveryRef
from router.messages.states import DeliveryState
from tests.house import PRACTICE, House
from tests.integration.flows.worker.deliveries import TO_ANN


def owned(house: House, key: str = "key-1") -> DeliveryRef:
    """A message that ann has read and owns."""
    message = house.write(house.draft(key))[0].id
    house.route.run()
    (delivery,) = (item.delivery for item in house.inbox("ann").items if item.message == message)
    ref = DeliveryRef(PRACTICE, delivery, "ann", COMMAND)
    house.replies.claim(ref)
    house.read_inbox.mark(ref, DeliveryState.READ)
    return ref


def test_what_is_read_owned_and_unanswered_moves_once_as_the_absence_begins(house: House) -> None:
    house.furnish(TO_ANN)
    waiting, answered, kept = owned(house, "waiting"), owned(house, "answered"), owned(house, "kept")
    house.replies.reply(answered, ReplyRequest("Done."))
    house.read_inbox.mark(answered, DeliveryState.UNREAD)
    house.read_inbox.mark(answered, DeliveryState.READ)
    house.replies.reply(kept, ReplyRequest("I'll ask.", keep_open=True))

    house.send_away("ann", "ben")
    assert house.absences.run() == 2

    moved = {item.message for item in house.inbox("ben").items}
    assert moved == {house.read_inbox.delivery(ref)[0].message for ref in (waiting, kept)}
    later = owned_while_away(house)
    assert house.absences.run() == 0
    assert later in [item.delivery for item in house.inbox("ann").items]
    house.notify.run()
    assert house.breaches() == {}


def owned_while_away(house: House) -> UUID:
    """Something that ann takes during her absence stays with her."""
    house.write(house.draft("later"))
    house.route.run()
    item = house.inbox("ben").items[0]
    house.forward.forward(
        DeliveryRef(PRACTICE, item.delivery, "ben", COMMAND), ForwardRequest("ann", "", whole_conversation=False)
    )
    (mine,) = (one for one in house.inbox("ann").items if one.message == item.message)
    ref = DeliveryRef(PRACTICE, mine.delivery, "ann", COMMAND)
    house.replies.claim(ref)
    house.read_inbox.mark(ref, DeliveryState.READ)
    return mine.delivery


def test_the_next_absence_moves_what_is_owned_again(house: House) -> None:
    house.furnish(TO_ANN)
    house.send_away("ann", "ben", hours=1)
    house.absences.run()
    house.clock.by += timedelta(hours=2)
    owned(house)
    assert house.absences.run() == 0

    house.send_away("ann", "ben")
    assert house.absences.run() == 1


def test_what_is_owned_moves_batch_by_batch(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.furnish(TO_ANN)
    for number in range(3):
        owned(house, f"key-{number}")
    monkeypatch.setattr("router.flows.worker.hand_over.BATCH", 2)

    house.send_away("ann", "ben")

    assert [house.absences.run() for _ in range(3)] == [2, 1, 0]
    assert len(house.inbox("ben").items) == 3
