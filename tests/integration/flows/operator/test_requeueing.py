"""Requeueing everything that was parked for a reason: a slice in each transaction, and nobody is waited for."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from adapters.database.engine import make_engine
from adapters.database.tables import message, notification
from router.actors import COMMAND
from router.messages.notification import SendOutcome, SmtpReply
from router.ports.unit_of_work import UnitOfWork
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.house import PRACTICE, House

OTHER = "other"


class RoutedInBetween:
    """A database on which workers route everything before each transaction."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.look, self.snapshot = house.database.look, house.database.snapshot

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        self._house.route.run()
        return self._house.database.begin()


@pytest.fixture
def served(migrated_postgres_url: str) -> Iterator[House]:
    """A house on PostgreSQL: on SQLite all writers take turns."""
    engine = make_engine(migrated_postgres_url)
    yield House(engine)
    engine.dispose()


def park_messages(house: House, count: int, practice: str = PRACTICE) -> datetime:
    """Messages that nobody could take; returns since when."""
    house.furnish(practice=practice).write_many(count, practice=practice)
    house.bring([a_staff("ada", admin=True, active=False)], practice=practice)
    house.route.run()
    return house.operations.ready() - timedelta(hours=1)


def park_emails(house: House, count: int) -> datetime:
    """Emails that were refused; returns since when."""
    house.furnish(settings({Topic.BILLING: ["ann"]})).write_many(count)
    house.route.run()
    house.mailer.answer = lambda mail: SmtpReply(mail.notification, SendOutcome.REJECTED, 550, "5.1.1 unknown")
    house.notify.run()
    return house.operations.ready() - timedelta(hours=1)


def counted(house: House, practice: str = PRACTICE) -> list[object]:
    """What the last acts on record say that they requeued, the last one first."""
    rows = house.operations.audit(practice, None, 50)
    return [row.details["count"] for row in rows if row.action == "parked.requeued"]


def test_messages_are_requeued_slice_by_slice(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.flows.operator.operations.SLICE", 2, raising=False)
    since = park_messages(house, 5)
    park_messages(house, 2, OTHER)

    assert house.operations.requeue_parked(None, "no_active_staff", since, COMMAND) == 7

    assert (counted(house), counted(house, OTHER)) == ([1, 2, 2], [2])
    assert house.operations.parked(None, None, 9) == []
    house.bring([a_staff("ada", admin=True)])
    assert house.route.run().routed == 5


def test_emails_are_requeued_slice_by_slice(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.flows.operator.operations.SLICE", 2, raising=False)
    since = park_emails(house, 3)

    assert house.operations.requeue_parked(PRACTICE, "rejected", since, COMMAND) == 3

    assert counted(house) == [1, 2]
    assert house.operations.parked(None, None, 9) == []


def test_what_is_parked_again_meanwhile_is_requeued_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers may be as quick as the command."""
    monkeypatch.setattr("router.flows.operator.operations.SLICE", 2, raising=False)
    since = park_messages(house, 4)
    beside_workers = replace(house.operations, database=RoutedInBetween(house))

    assert beside_workers.requeue_parked(PRACTICE, "no_active_staff", since, COMMAND) == 4

    assert counted(house) == [2, 2]
    assert len(house.operations.parked(PRACTICE, None, 9)) > 0


@pytest.mark.parametrize(
    ("park", "table", "reason"),
    [(park_messages, message, "no_active_staff"), (park_emails, notification, "rejected")],
    ids=["messages", "emails"],
)
def test_what_somebody_holds_is_left_for_a_repeat(served: House, park, table, reason) -> None:
    since = park(served, 3)
    with served.engine.begin() as another:
        another.execute(select(table.c.id).order_by(table.c.id).limit(1).with_for_update())

        assert served.operations.requeue_parked(None, reason, since, COMMAND) == 2

    assert served.operations.requeue_parked(None, reason, since, COMMAND) == 1
    assert served.operations.parked(None, None, 9) == []
