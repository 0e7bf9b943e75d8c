"""Two practices whose messages wait, are routed and sent, on PostgreSQL."""

from datetime import timedelta

from sqlalchemy import Engine

from router.practice.topics import Topic
from tests.builders import settings
from tests.house import House

PRACTICES = ("first", "second")


def two_practices(engine: Engine) -> House:
    """Practices whose bills go to Ann."""
    house = House(engine)
    for practice in PRACTICES:
        house.furnish(settings({Topic.BILLING: ["ann"]}), practice=practice)
    return house


def drain(house: House) -> None:
    """Route and send until nothing is left, and let a moment go by, as if it had been a while ago."""
    while house.route.run().more:
        pass
    while house.notify.run().sent:
        pass
    house.clock.by += timedelta(seconds=10)
