"""What an engine does for its connections, on a real PostgreSQL."""

import pytest
from sqlalchemy import Engine, func, select, text

from adapters.database.engine import FIRST_PLANNED_ANEW, make_engine


@pytest.fixture
def engine(postgres_url: str) -> Engine:
    """An engine on a database without a table."""
    return make_engine(postgres_url)


def _use(engine: Engine) -> int:
    """Use a connection once; returns the server process behind it."""
    with engine.connect() as connection:
        backend: int = connection.execute(select(func.pg_backend_pid())).scalar_one()
    return backend


def test_a_connection_that_is_gone_when_its_plans_are_to_be_forgotten_is_replaced(
    engine: Engine, postgres_url: str
) -> None:
    """It was used a moment ago, so that it is not asked whether it is there."""
    before = {_use(engine) for _ in range(FIRST_PLANNED_ANEW - 1)}
    other = make_engine(postgres_url)
    ended = text("select pg_terminate_backend(:pid, 5000)")
    with other.connect() as connection:
        assert all(connection.execute(ended, {"pid": one}).scalar_one() for one in before)

    after = _use(engine)

    assert len(before) == 1
    assert after not in before
    for one in (engine, other):
        one.dispose()
