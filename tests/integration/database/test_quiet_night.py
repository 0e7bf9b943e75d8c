"""Statistics of a quiet night make no statement slow on PostgreSQL when a backlog comes after it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from tests.house import House
from tests.integration.database.backlogs import PRACTICES, drain, two_practices
from tests.plans import generic_plans, plans_of_each, rows_of

BEFORE, AFTER = 300, 600
# Nothing but steps of ladders waits, and all messages are delivered: statistics say so until long after.
A_QUIET_NIGHT = """
insert into waiting (practice, kind, second, due_at, id)
select 'first', 'escalate', extract(epoch from later), later, gen_random_uuid()
from (select now() + make_interval(hours => n % 24) from generate_series(1, 600) n) as due (later);
analyze
"""
# No more than this in all parts of a plan together, for each message that is looked at.
ROWS_A_MESSAGE = 20


@pytest.fixture
def engine(migrated_postgres_url: str) -> Iterator[Engine]:
    """An engine that keeps the first plan of a statement for ever."""
    with generic_plans(migrated_postgres_url) as made:
        yield made


@pytest.fixture
def house(engine: Engine) -> House:
    """The evening before a backlog, with the statistics of that evening, in practices whose bills go to Ann."""
    house = two_practices(engine)
    house.write(*(house.draft(f"before-{n}") for n in range(BEFORE)), practice=PRACTICES[0])
    drain(house)
    with engine.begin() as connection:
        for statement in A_QUIET_NIGHT.split(";"):
            connection.execute(text(statement))
    return house


def _a_backlog(house: House) -> int:
    for practice in PRACTICES:
        house.write(*(house.draft(f"many-{n}") for n in range(AFTER)), practice=practice)
    return AFTER * len(PRACTICES)


def test_a_claim_looks_at_its_batch_however_much_waits_after_a_quiet_night(house: House, engine: Engine) -> None:
    _a_backlog(house)

    with plans_of_each(engine) as plans:
        house.route.run()

    (claim,) = (plan for statement, plan in plans if "oldest_second" in statement)
    assert rows_of(claim) <= ROWS_A_MESSAGE * house.route.batch


def test_the_sweep_looks_at_each_that_waits_once_after_a_quiet_night(house: House, engine: Engine) -> None:
    waiting = _a_backlog(house)

    with plans_of_each(engine) as plans:
        house.sweep.hint()

    mended = [plan for statement, plan in plans if "limit 10000" in statement]
    assert len(mended) == 2
    assert max(map(rows_of, mended)) <= ROWS_A_MESSAGE * waiting
