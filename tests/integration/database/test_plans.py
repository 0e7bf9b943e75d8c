"""How much PostgreSQL reads for what is wanted, when only some tables have statistics."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine, event, text

from adapters.database.engine import make_engine
from tests.builders import a_staff, settings
from tests.house import House

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


@contextmanager
def rows_read(house: House, naming: str) -> Iterator[list[float]]:
    """How many rows each statement that names this reads, in all tables together."""
    read: list[float] = []

    def explain(
        _connection: Connection,
        cursor: psycopg.Cursor[Any],
        statement: str,
        parameters: Mapping[str, Any],
        _context: object,
        _many: bool,  # noqa: FBT001 - as the driver and SQLAlchemy have it.
    ) -> None:
        if naming in statement and not statement.startswith("explain"):
            with cursor.connection.cursor() as another:
                another.execute("explain (analyze, format json) " + statement, parameters)
                explained = another.fetchone()
                assert explained is not None
                read.append(_rows(explained[0][0]["Plan"]))

    event.listen(house.engine, "before_cursor_execute", explain)
    yield read
    event.remove(house.engine, "before_cursor_execute", explain)


def _rows(plan: dict[str, Any]) -> float:
    """The rows that a plan returns or throws away, with those of the plans in it."""
    counted = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck")
    own = sum(plan.get(name, 0) for name in counted) * plan["Actual Loops"]
    return float(own + sum(_rows(inner) for inner in plan.get("Plans", ())))


def test_who_is_told_is_looked_for_after_what_is_told(house: House) -> None:
    """Left to itself the planner reads all staff times all that they were sent: 20 s for 250 emails."""
    with rows_read(house, "delivery_state") as read:
        house.notify.run()

    assert len(house.mailer.sent) == 2 * MESSAGES
    assert len(read) == 1
    assert read[0] <= 6 * 2 * MESSAGES


def _rows_read(engine: Engine) -> int:
    """How many entries of indexes were read, in all tables together: by this engine and, so far, by others."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("select pg_stat_force_next_flush()"))
        told = text("select sum(idx_tup_read)::bigint from pg_stat_user_indexes")
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
    assert read <= 20 * MANY
