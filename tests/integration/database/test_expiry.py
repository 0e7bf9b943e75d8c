"""What has expired is deleted along the way: a little at a time, and without waiting for whoever holds it.

A roster import may hold the sessions and links of a whole practice's leavers for minutes.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from sqlalchemy import Table, func, select

from adapters.database.engine import make_engine
from adapters.database.tables import (
    known_device,
    portal_link,
    quarantine,
    session,
    sign_in_attempt,
    staff_draft,
    undoable,
    worker,
)
from router.access.sign_ins import DEVICE_LIFE, Browser, SignInRefused
from router.actors import COMMAND
from router.messages.drafts import StaffDraft
from router.messages.inbox import DeliveryRef
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE, House
from tests.integration.flows.access.sign_ins import PASSWORD
from tests.integration.flows.clinic import Clinic, message

OTHER = "other"
OF_WHO_COMES_IN = (portal_link, session, known_device, sign_in_attempt)
OF_THE_SWEEP = (undoable, staff_draft, quarantine, worker)
LONG = DEVICE_LIFE + timedelta(days=1)


@pytest.fixture
def served(migrated_postgres_url: str) -> Iterator[House]:
    """A house on PostgreSQL: on SQLite all writers take turns."""
    engine = make_engine(migrated_postgres_url)
    yield House(engine)
    engine.dispose()


@contextmanager
def held(house: House, *tables: Table) -> Iterator[None]:
    """Somebody holds all rows of these tables meanwhile."""
    with house.engine.begin() as another:
        for table in tables:
            another.execute(select(table).with_for_update())
        yield


def counts(house: House, *tables: Table) -> list[int]:
    with house.engine.connect() as connection:
        return [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


def come_in(house: House, practice: str) -> None:
    """Sign in from a new browser, mistype the password once, and open the portal by one of two links."""
    browser = Browser(house.sign_in.device("", practice, "ada"))
    house.sign_in.sign_in(practice, "ada", PASSWORD, browser)
    with suppress(SignInRefused):
        house.sign_in.sign_in(practice, "ada", "wrong")
    house.portal_links.make(practice, "sam", None, COMMAND)
    house.portal_links.enter(house.portal_links.make(practice, "sam", None, COMMAND)[0])


def begin_to_work(house: House) -> None:
    """A message done with, a draft for another one, something kept aside and a sign of life."""
    clinic = Clinic(house)
    house.write_many(2)
    house.route.run()
    one, other = (DeliveryRef(PRACTICE, item.delivery, "ann", COMMAND) for item in house.inbox("ann").items)
    house.replies.claim(one)
    house.drafts.put(other, StaffDraft("I am"))
    clinic.take(message(topic="nonsense"))
    house.sweep.hint()


def test_nobody_who_comes_in_waits_for_what_is_held_elsewhere(served: House) -> None:
    for practice in (PRACTICE, OTHER):
        served.furnish(practice=practice)
        served.sign_in.set_password(practice, "ada", PASSWORD, COMMAND)
    come_in(served, PRACTICE)
    first = counts(served, *OF_WHO_COMES_IN)
    assert min(first) > 0
    served.clock.by += LONG

    with held(served, *OF_WHO_COMES_IN):
        come_in(served, OTHER)
    assert counts(served, *OF_WHO_COMES_IN) == [2 * count for count in first]

    served.clock.by += LONG
    come_in(served, OTHER)
    assert counts(served, *OF_WHO_COMES_IN) == first


def test_the_sweep_leaves_what_is_held_for_the_next_time(served: House) -> None:
    begin_to_work(served)
    assert counts(served, *OF_THE_SWEEP) == [1] * len(OF_THE_SWEEP)
    served.clock.by += LONG
    other = House(served.engine, served.clock)
    object.__setattr__(other.sweep, "worker", "worker-2")

    with held(served, *OF_THE_SWEEP):
        assert (served.purge_undos.run(), served.purge_drafts.run(), served.purge.run()) == (0, 0, 0)
        other.sweep.hint()

    assert (served.purge_undos.run(), served.purge_drafts.run(), served.purge.run()) == (1, 1, 1)
    other.sweep.hint()
    assert counts(served, *OF_THE_SWEEP) == [0, 0, 0, 1]


def test_who_comes_in_deletes_only_a_few(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.furnish()
    for _ in range(5):
        house.portal_links.make(PRACTICE, "sam", None, COMMAND)
    house.clock.by += LONG
    monkeypatch.setattr("adapters.database.repositories.expiry.A_FEW", 2)

    house.portal_links.make(PRACTICE, "sam", None, COMMAND)

    assert counts(house, portal_link) == [4]


def test_a_sweep_deletes_so_many_and_the_next_one_goes_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]})).write_many(3)
    house.route.run()
    for item in house.inbox("ann").items:
        house.replies.claim(DeliveryRef(PRACTICE, item.delivery, "ann", COMMAND))
    house.clock.by += LONG
    monkeypatch.setattr("adapters.database.repositories.expiry.MANY", 2)

    assert [house.purge_undos.run() for _ in range(3)] == [2, 1, 0]
