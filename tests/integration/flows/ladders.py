"""A practice with a ladder, and messages that climb it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select

from router.actors import COMMAND
from router.messages.inbox import DeliveryRef
from router.messages.trace import TracedStepOfLadder
from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import Condition, Do, Ladder, LadderStep
from router.messaging.settings import MessagingSettings, TopicSet
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings
from tests.house import PRACTICE, House

ROUND_THE_CLOCK = Hours(PracticeHours(round_the_clock=True))
STAFF = tuple(
    replace(a_staff(name, admin=name == "ada"), email=f"{name}@clinic.example") for name in ("ada", "ann", "ben", "cem")
)
PATIENTS = (a_patient("pat", team=["cem"]), a_patient("sam", team=["cem"]))
REMIND = LadderStep(60, Condition.UNOPENED, Do.REMIND)
WIDEN = LadderStep(120, Condition.UNOPENED, Do.WIDEN)
HAND_OVER = LadderStep(180, Condition.UNANSWERED, Do.HAND_OVER)
ALERT = LadderStep(240, Condition.UNANSWERED, Do.ALERT)
LADDER: Ladder = (REMIND, WIDEN, HAND_OVER, ALERT)


def with_ladder(*steps: LadderStep, **values: object) -> MessagingSettings:
    """Ann gets bills, ben is the catch-all, the practice never closes."""
    base = replace(settings(), hours=ROUND_THE_CLOCK, ladder=steps, catch_all=("ben",))
    billing = replace(base.practice[Topic.BILLING], recipients=("ann",))
    practice = TopicSet({**base.practice.topics, Topic.BILLING: billing})
    return replace(base, practice=practice, **values)  # type: ignore[arg-type] # a test names the fields.


@pytest.fixture
def house(engine: Engine) -> House:
    return House(engine).furnish(with_ladder(*LADDER), staff=STAFF, patients=PATIENTS)


def wait(house: House, **duration: float) -> None:
    """Let time go by, and carry out what is due."""
    house.clock.by += timedelta(**duration)
    house.escalate.run()


def written(house: House, **values: object) -> UUID:
    receipt = house.write(replace(house.draft(), **values))[0]  # type: ignore[arg-type] # likewise.
    house.route.run()
    return receipt.id


def steps(house: House, message: UUID) -> list[TracedStepOfLadder]:
    return list(house.traces.trace(PRACTICE, message, COMMAND)[0].ladder_steps)


def did(house: House, message: UUID) -> list[tuple[str, str | None]]:
    return [(step.planned, step.did) for step in steps(house, message)]


def count(house: House, table: object) -> int:
    with house.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


def ref(house: House, staff: str) -> DeliveryRef:
    return DeliveryRef(PRACTICE, house.inbox(staff).items[0].delivery, staff, COMMAND)
