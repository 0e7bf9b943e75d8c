"""A practice whose staff give messages the right topic, for the tests of corrections."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import Engine

from router.actors import COMMAND
from router.flows.staff.correction import CorrectionRequest
from router.messages.acceptance import Receipt
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import Condition, Do, LadderStep
from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings, topic_set
from tests.house import PRACTICE, House

ROUND_THE_CLOCK = Hours(PracticeHours(round_the_clock=True))
ALERT = (LadderStep(60, Condition.UNANSWERED, Do.ALERT),)
STAFF = tuple(a_staff(name, admin=name == "ada") for name in ("ada", "ann", "ben", "cem", "dan"))
TO_MEDICAL = CorrectionRequest(Topic.MEDICAL)


def with_topics(**values: object) -> MessagingSettings:
    """Ann and ben get bills, cem what is medical, and medication nobody: it goes to the care team."""
    topics = topic_set({Topic.BILLING: ["ann", "ben"], Topic.MEDICAL: ["cem"]}, off=[Topic.OTHER])
    made = replace(settings(), practice=topics, hours=ROUND_THE_CLOCK)
    return replace(made, **values)  # type: ignore[arg-type] # a test names the fields.


@pytest.fixture
def house(engine: Engine) -> House:
    patients = (a_patient("sam"), a_patient("pat", team=["dan"]))
    return House(engine).furnish(with_topics(), staff=STAFF, patients=patients)


def written(house: House, key: str = "key-1", **values: object) -> Receipt:
    receipt = house.write(house.draft(key, **values))[0]
    house.route.run()
    return receipt


def answered(house: House, receipt: Receipt, key: str, body: str = "And more.") -> Receipt:
    """The patient writes on."""
    reply = house.write(ReplyDraft(key, "sam", receipt.conversation, body))[0]
    house.route.run()
    return reply


def ref(house: House, message: UUID, staff: str) -> DeliveryRef:
    trace, _ = house.traces.trace(PRACTICE, message, COMMAND)
    delivery = next(one.id for one in trace.deliveries if one.recipient.staff == staff)
    return DeliveryRef(PRACTICE, delivery, staff, COMMAND)


def holders(house: House, message: UUID) -> dict[str, str]:
    trace, _ = house.traces.trace(PRACTICE, message, COMMAND)
    return {one.recipient.staff: one.state.value for one in trace.deliveries}
