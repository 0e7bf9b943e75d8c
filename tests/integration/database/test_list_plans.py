"""What lists and counts read on PostgreSQL depends on what they show, not on what is stored."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from adapters.database.engine import make_engine
from adapters.database.tables import message, notification
from router.messages.states import NotificationState, State
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.house import PRACTICE, STAFF, House
from tests.plans import rows_read
from tests.transitions import forging

MANY = 1_200
FEW = 3


@pytest.fixture
def house(migrated_postgres_url: str) -> Iterator[House]:
    """A practice with many messages that were delivered a while ago; somebody has left it."""
    made = make_engine(migrated_postgres_url)
    house = House(made).furnish(settings({Topic.BILLING: ["ann"]}), staff=[*STAFF, a_staff("cho")])
    for part in range(2):
        house.write(*(house.draft(f"{part}-{number}") for number in range(MANY // 2)))
    while house.route.run().routed:
        pass
    house.bring([a_staff("cho", active=False)])
    yield house
    made.dispose()


def analyze(house: House) -> None:
    with house.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))


def test_unopened_messages_are_counted_without_reading_those_that_were_opened(house: House) -> None:
    """All of them were read."""
    house.clock.by += timedelta(hours=48)
    house.write(*(house.draft(f"few-{number}") for number in range(FEW)))
    house.route.run()
    house.clock.by += timedelta(hours=25)
    with forging(house.engine) as connection:
        early = message.c.accepted_at < house.operations.ready() - timedelta(hours=26)
        connection.execute(update(message).where(early).values(state=State.OPENED))
    analyze(house)

    with rows_read(house.engine, "ORDER BY message.accepted_at") as read:
        found = house.reports.needs_a_look(PRACTICE)

    assert [one.count for one in found.unopened] == [FEW]
    assert found.are_all_counted
    assert len(read) == 1
    assert read[0] <= 30 * FEW


def test_unopened_messages_are_counted_up_to_a_limit(house: House) -> None:
    house.clock.by += timedelta(hours=25)
    analyze(house)
    with rows_read(house.engine) as read, house.database.look() as work:
        found = work.reports.unopened(PRACTICE, work.now(), FEW)

    assert [one.count for one in found] == [FEW]
    assert max(read) <= 30 * FEW


def test_what_is_parked_is_listed_without_a_statement_for_each(house: House) -> None:
    """What the mail server said was looked up with a statement for each that was listed."""
    with forging(house.engine) as connection:
        connection.execute(update(notification).values(state=NotificationState.PARKED, reason="rejected"))
    analyze(house)

    with rows_read(house.engine) as read, house.database.look() as work:
        listed = work.operations.parked(PRACTICE, None, FEW)
        assert work.operations.parked_counts(None) == {("notification", "rejected"): MANY}

    assert len(listed) == FEW
    assert len(read) == 2
