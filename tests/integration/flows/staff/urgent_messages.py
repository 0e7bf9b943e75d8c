"""A practice in which messages are urgent because a patient, a word or somebody of the staff says so."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import Engine

from router.actors import COMMAND
from router.flows.staff.urgency import PriorityRequest
from router.messages.inbox import DeliveryRef
from router.messages.priority import LoweredBecause, Priority
from router.messaging.red_flags import RedFlagGroup, RedFlags
from router.practice.topics import Topic
from tests.builders import a_staff, settings, topic_set
from tests.house import PRACTICE, House

EMERGENCY = RedFlagGroup("emergency", {"en": ("can't breathe", "chest pain")}, {"en": "Call now."}, "911")
RAISE = PriorityRequest(Priority.URGENT)
LOWER = PriorityRequest(Priority.ROUTINE, LoweredBecause.CAN_WAIT)
STAFF = tuple(
    replace(a_staff(name, admin=name == "ada"), email=f"{name}@clinic.example") for name in ("ada", "ann", "ben", "cem")
)


def furnished(engine: Engine, **values: object) -> House:
    """Ann and ben get bills; patients may say that something is urgent."""
    base = settings(practice=topic_set({Topic.BILLING: ["ann", "ben"]}))
    made = replace(base, patients_may_say_urgent=True, red_flags=RedFlags((EMERGENCY,)))
    made = replace(made, **values)  # type: ignore[arg-type] # a test names the fields.
    return House(engine).furnish(made, staff=STAFF)


@pytest.fixture
def house(engine: Engine) -> House:
    return furnished(engine)


def written(house: House, count: int = 1, **values: object) -> list[UUID]:
    drafts = [house.draft(f"{values}-{number}", **values) for number in range(count)]
    receipts = house.write(*drafts)
    while house.route.run().more:
        pass
    return [receipt.id for receipt in receipts]


def ref(house: House, message: UUID, staff: str = "ann") -> DeliveryRef:
    trace, _ = house.traces.trace(PRACTICE, message, COMMAND)
    delivery = next(one.id for one in trace.deliveries if one.recipient.staff == staff)
    return DeliveryRef(PRACTICE, delivery, staff, COMMAND)
