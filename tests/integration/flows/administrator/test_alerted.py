"""What administrators were alerted of stays on their list, also where it has no ladder any more."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from adapters.database import tables
from router.actors import COMMAND
from router.flows.staff.correction import CorrectionRequest
from router.flows.staff.urgency import PriorityRequest
from router.messages.priority import LoweredBecause, Priority
from router.messages.states import DeliveryState
from router.messaging.settings import TopicSet
from router.practice.topics import Topic
from tests.builders import a_patient, topic_set
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import ALERT, REMIND, STAFF, ref, wait, with_ladder, written


def listed(house: House) -> list[tuple[UUID, bool, tuple[str, ...]]]:
    found = house.overdue.list(PRACTICE, COMMAND)
    return [(item.message, item.alerted_at is not None, item.holders) for item in found.items]


def ended(house: House, message: UUID) -> list[str]:
    its = (tables.ladder_run.c.practice == PRACTICE) & (tables.ladder_run.c.message == message)
    with house.engine.connect() as connection:
        ordered = select(tables.ladder_run.c.ended_by).where(its).order_by(tables.ladder_run.c.number)
        return list(connection.execute(ordered).scalars())


@pytest.mark.parametrize("act", ["correct", "lower"])
def test_what_was_alerted_stays_on_the_list_where_its_next_ladder_has_no_steps(engine: Engine, act: str) -> None:
    topics = topic_set({Topic.BILLING: ["ann"], Topic.OTHER: ["ann"]})
    other = replace(topics[Topic.OTHER], ladder=())
    urgent_only = with_ladder(urgent_ladder=(ALERT,))
    practice = TopicSet({**topics.topics, Topic.OTHER: other})
    ladders = urgent_only if act == "lower" else replace(with_ladder(REMIND, ALERT), practice=practice)
    house = House(engine).furnish(ladders, staff=STAFF, patients=(a_patient("sam"),))
    message = written(house)
    anns = ref(house, "ann")
    if act == "lower":
        house.urgency.change(anns, PriorityRequest(Priority.URGENT))
    for _ in range(5):
        wait(house, minutes=61)
    assert listed(house) == [(message, True, ("ann",))]

    if act == "lower":
        house.urgency.change(anns, PriorityRequest(Priority.ROUTINE, LoweredBecause.CAN_WAIT))
    else:
        house.correction.correct(anns, CorrectionRequest(Topic.OTHER))
    house.sweep.hint()
    wait(house, hours=30)

    assert listed(house) == [(message, True, ("ann",))]
    assert house.overdue.hand_over(PRACTICE, message, "catch_all", COMMAND).holders == ("ben",)
    house.read_inbox.mark(ref(house, "ben"), DeliveryState.DONE)
    assert listed(house) == []
    wait(house, hours=30)
    assert ended(house, message) == ["renewed", "done"]
    house.notify.run()
    assert house.breaches() == {}
