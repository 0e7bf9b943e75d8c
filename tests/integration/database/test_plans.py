"""How much PostgreSQL reads for what is wanted, when only some tables have statistics."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from adapters.database.engine import make_engine
from tests.builders import a_staff, settings
from tests.house import House
from tests.plans import rows_read

STAFF = (a_staff("ada"), a_staff("ann"), *(a_staff(f"staff-{number}") for number in range(50)))
MESSAGES = 100
FEW, MANY = 20, 900


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    """An engine on a database without a schema."""
    made = make_engine(postgres_url)
    yield made
    made.dispose()


@pytest.fixture
def house(engine: Engine) -> House:
    """A clinic that imported its roster yesterday and has just begun with messages."""
    house = House(engine).furnish(settings(catch_all=("ada", "ann")), staff=STAFF)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze staff"))
    house.write_many(MESSAGES)
    house.route.run()
    return house


def test_who_is_told_is_looked_for_after_what_is_told(house: House) -> None:
    """Left to itself the planner reads all staff times all that they were sent: 20 s for 250 emails."""
    with rows_read(house.engine, "delivery_state") as read:
        house.notify.run()

    assert len(house.mailer.sent) == 2 * MESSAGES
    assert len(read) == 1
    assert read[0] <= 6 * 2 * MESSAGES


def _rows_read(engine: Engine) -> int:
    """How many entries of indexes and rows of scans were read, in all tables: by this engine and, so far, by others."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("select pg_stat_force_next_flush()"))
        told = text("""
            select (select sum(idx_tup_read) from pg_stat_user_indexes)::bigint
                + (select sum(seq_tup_read) from pg_stat_user_tables)::bigint
        """)
        return int(connection.execute(told).scalar_one())


def test_a_worker_that_began_with_few_messages_reads_no_more_for_each_of_many(
    engine: Engine, postgres_url: str
) -> None:
    """Its first plans read all of a practice for each check of a foreign key: 22 s for 1,500 messages of 20."""
    house = House(engine).furnish(settings(catch_all=("ada", "ann")), staff=STAFF)
    worker = House(make_engine(postgres_url))
    house.write_many(FEW)
    worker.route.run()
    # The first of them are known already: their keys are.
    house.write_many(MANY)
    before = _rows_read(engine)

    routed = sum(worker.route.run().routed for _ in range(4))
    read = _rows_read(worker.engine) - before
    worker.engine.dispose()

    assert routed == MANY - FEW
    assert read <= 25 * MANY
