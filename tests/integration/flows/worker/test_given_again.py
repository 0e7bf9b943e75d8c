"""A message that comes to somebody again: where it stands in their inbox, and how long they have it."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from adapters.database.tables import delivery, hand_over
from router.actors import COMMAND
from router.errors import NotFound
from router.flows.staff.forward import ForwardRequest
from router.messages.cascade import HandOver
from router.messages.states import DeliveryState
from tests.builders import a_patient
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import ALERT, LADDER, REMIND, STAFF, WIDEN, ref, with_ladder, written


@pytest.fixture
def house(engine: Engine) -> House:
    return House(engine).furnish(with_ladder(REMIND, WIDEN, ALERT), staff=STAFF, patients=(a_patient("sam"),))


def come_back(house: House, holder: str, cover: str) -> None:
    """The cover takes what the holder has, as the absence of the holder begins and that of the cover ends."""
    with suppress(NotFound):
        house.roster.end_absence(PRACTICE, cover, COMMAND)
    house.send_away(holder, cover)
    house.absences.run()


def due(house: House, staff: str) -> timedelta:
    """How long it takes until the next step of the message that stands first in this inbox."""
    following = house.inbox(staff).items[0].next_step
    assert following is not None
    return following.at - house.operations.ready()


def test_it_stands_above_what_came_before_it_came_back(house: House) -> None:
    first = written(house, idempotency_key="first")
    house.send_away("ann", "ben")
    house.absences.run()
    house.roster.end_absence(PRACTICE, "ann", COMMAND)
    house.clock.by += timedelta(minutes=5)
    second = written(house, idempotency_key="second")
    house.clock.by += timedelta(minutes=5)
    came = house.inbox("ben").items[0].received_at

    house.send_away("ben", "ann")
    house.absences.run()

    items = house.inbox("ann").items
    assert [item.message for item in items] == [first, second]
    assert items[0].state is DeliveryState.UNREAD
    assert items[0].received_at > came
    assert items[0].first_received_at is not None
    assert items[0].first_received_at < came
    assert items[1].first_received_at is None


def test_who_gets_it_back_has_the_time_of_the_first_step_once_in_a_run(house: House) -> None:
    written(house)
    house.clock.by += timedelta(minutes=50)
    come_back(house, "ann", "ben")
    house.clock.by += timedelta(minutes=5)

    come_back(house, "ben", "ann")
    house.clock.by += timedelta(minutes=6)
    house.escalate.run()
    assert timedelta(minutes=53) < due(house, "ann") < timedelta(minutes=55)

    come_back(house, "ann", "ben")
    house.clock.by += timedelta(minutes=10)
    come_back(house, "ben", "ann")
    house.clock.by += timedelta(minutes=44)
    house.escalate.run()
    assert len(house.traces.trace(PRACTICE, house.inbox("ann").items[0].message, COMMAND)[0].ladder_steps) == 1


def test_a_forward_that_brings_it_back_gives_no_time(house: House) -> None:
    message = written(house)
    come_back(house, "ann", "ben")
    house.clock.by += timedelta(minutes=50)
    house.roster.end_absence(PRACTICE, "ann", COMMAND)

    house.forward.forward(ref(house, "ben"), ForwardRequest("ann", "", whole_conversation=False))
    house.clock.by += timedelta(minutes=12)
    house.escalate.run()

    assert [item.message for item in house.inbox("ann").items] == [message]
    (step,) = house.traces.trace(PRACTICE, message, COMMAND)[0].ladder_steps
    assert step.did == "remind"


def test_notes_from_when_it_came_first_stay_in_sight_once_it_comes_back(engine: Engine) -> None:
    house = House(engine).furnish(with_ladder(*LADDER), staff=STAFF, patients=(a_patient("sam"),))
    message = written(house)
    for _ in range(3):
        house.clock.by += timedelta(minutes=61)
        house.escalate.run()
    come_back(house, "ben", "cem")
    come_back(house, "cem", "ben")

    notes = house.replies.conversation(ref(house, "ben")).notes
    assert HandOver.STEP in [note.kind for note in notes]
    assert house.inbox("ben").items[0].message == message


@pytest.mark.parametrize("kind", [HandOver.STEP, HandOver.OVERDUE])
def test_the_columns_of_before_hold_words_that_the_release_before_can_read(engine: Engine, kind: HandOver) -> None:
    house = House(engine).furnish(with_ladder(*LADDER), staff=STAFF, patients=(a_patient("sam"),))
    message = written(house)
    for _ in range(3 if kind is HandOver.STEP else 0):
        house.clock.by += timedelta(minutes=61)
        house.escalate.run()
    if kind is HandOver.OVERDUE:
        house.save(with_ladder(*LADDER, answer_within=60))
        message = written(house, idempotency_key="promised")
        house.clock.by += timedelta(minutes=61)
        house.overdue.hand_over(PRACTICE, message, "catch_all", COMMAND)

    assert stored(house, message) == {("recipients", kind.value), ("forward", kind.value)}
    (held,) = (item for item in house.inbox("ben").items if item.message == message)
    assert held.recipient.step is kind
    assert [one.kind for one in house.traces.trace(PRACTICE, message, COMMAND)[0].hand_overs] == [kind]


def stored(house: House, message: UUID) -> set[tuple[str, str]]:
    """The words of ben's delivery and of the hand-over to him, old and new."""
    of_delivery = select(delivery.c.step, delivery.c.because).where(delivery.c.staff == "ben")
    of_hand_over = select(hand_over.c.kind, hand_over.c.because).where(hand_over.c.taker == "ben")
    with house.engine.connect() as connection:
        rows = [
            *connection.execute(of_delivery.where(delivery.c.message == message)),
            *connection.execute(of_hand_over.where(hand_over.c.message == message)),
        ]
    return {(row[0], row[1]) for row in rows}
