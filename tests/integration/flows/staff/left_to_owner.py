"""A message that somebody is done with while a colleague owns it, and how it stands."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from adapters.database.tables import ladder_run, message
from router.actors import COMMAND
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.inbox import InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import DeliveryRef, InboxItem
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import a_patient, topic_set
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import ALERT, REMIND, STAFF, with_ladder, written

UNREAD, READ, DONE = DeliveryState.UNREAD, DeliveryState.READ, DeliveryState.DONE
WHOLE = ForwardRequest("cem", "Yours.", whole_conversation=True)
KEEP_OPEN = ReplyRequest("I'll ask.", keep_open=True)
TO_BOTH = replace(
    with_ladder(REMIND, ALERT, answer_within=60, patients_may_say_urgent=True),
    practice=topic_set({Topic.BILLING: ["ann", "ben"]}),
)


@pytest.fixture
def house(engine: Engine) -> House:
    """Ann and ben get bills; cem gets what somebody forwards to him."""
    return House(engine).furnish(TO_BOTH, staff=STAFF, patients=(a_patient("sam"),))


def item(house: House, staff: str) -> InboxItem:
    return next(one for view in (InboxView.OPEN, InboxView.DONE) for one in house.inbox(staff, view).items)


def refer(house: House, staff: str) -> DeliveryRef:
    return DeliveryRef(PRACTICE, item(house, staff).delivery, staff, COMMAND)


def stands(house: House, *staff: str) -> list[tuple[DeliveryState, str | None]]:
    return [(one.state, one.handled_by) for one in (item(house, who) for who in staff)]


def forwarded(house: House) -> UUID:
    """Ann has given it to cem, and is done with it."""
    sent = written(house)
    anns = refer(house, "ann")
    house.forward.forward(anns, WHOLE)
    assert house.read_inbox.mark(anns, DONE).left_to == "cem"
    return sent


def claimed(house: House, **values: object) -> UUID:
    """Ben has claimed it; ann, who never looked at it, tidies up."""
    sent = written(house, **values)
    house.replies.claim(refer(house, "ben"))
    house.read_inbox.mark(refer(house, "ann"), DONE)
    return sent


def climb(house: House) -> None:
    for _ in range(5):
        house.clock.by += timedelta(minutes=61)
        house.escalate.run()


def overdue(house: House) -> list[tuple[UUID, bool]]:
    found = house.overdue.list(PRACTICE, COMMAND).items
    assert house.overdue.count(PRACTICE) == len(found)
    return [(one.message, one.alerted_at is not None) for one in found]


def is_in_order(house: House) -> bool:
    house.notify.run()
    return house.breaches() == {}


def runs(house: House) -> list[str | None]:
    with house.engine.connect() as connection:
        return list(connection.execute(select(ladder_run.c.ended_by).order_by(ladder_run.c.number)).scalars())


def noted(house: House) -> tuple[bool, bool]:
    """Whether the message counts as done, and whether it may stand first."""
    with house.engine.connect() as connection:
        (row,) = connection.execute(select(message.c.done_at, message.c.urgent_since))
    return row.done_at is not None, row.urgent_since is not None
