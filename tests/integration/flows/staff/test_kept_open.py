"""Who promises a further answer takes care of the message, and their `done` ends it for good."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from router.flows.staff.replies import ReplyRequest
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import a_patient, topic_set
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import ALERT, REMIND, STAFF, ref, with_ladder, written

KEEP_OPEN = ReplyRequest("I'll ask.", keep_open=True)


@pytest.fixture
def house(engine: Engine) -> House:
    both = topic_set({Topic.BILLING: ["ann", "ben"]})
    ladder = replace(with_ladder(REMIND, ALERT, answer_within=60), practice=both)
    return House(engine).furnish(ladder, staff=STAFF, patients=(a_patient("sam", team=["cem"]),))


def test_done_ends_it_whatever_is_answered_in_other_conversations(house: House) -> None:
    written(house)
    anns = ref(house, "ann")
    house.replies.reply(anns, KEEP_OPEN)
    house.read_inbox.mark(anns, DeliveryState.DONE)
    written(house, idempotency_key="key-2")

    house.replies.reply(ref(house, "ann"), ReplyRequest("An answer"))
    house.clock.by += timedelta(minutes=61)
    house.escalate.run()
    house.notify.run()

    assert house.overdue.count(PRACTICE) == 0
    assert house.breaches() == {}


@pytest.mark.parametrize("is_done", [True, False])
def test_nobody_else_is_shown_to_take_care_of_it(house: House, *, is_done: bool) -> None:
    written(house)
    anns, bens = ref(house, "ann"), ref(house, "ben")
    house.replies.claim(bens)
    if is_done:
        house.read_inbox.mark(bens, DeliveryState.DONE)
    assert house.inbox("ann").items[0].handled_by == "ben"

    house.replies.reply(anns, KEEP_OPEN)

    assert house.inbox("ann").items[0].handled_by is None
