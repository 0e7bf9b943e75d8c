"""What an engine does for its connections, on a real PostgreSQL."""

from contextlib import ExitStack

import pytest
from sqlalchemy import Engine, func, select, text

from adapters.database.engine import FIRST_PLANNED_ANEW, make_engine
from tests.processes import wait_for


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


# Longer than a connection may have rested without being asked whether it is there.
SOON = text("select set_config('idle_session_timeout', '3s', false), pg_backend_pid()")
OURS = text("select count(*) from pg_stat_activity where datname = current_database()")


def test_connections_of_a_busy_moment_are_given_back_while_others_are_used(engine: Engine) -> None:
    """A process kept up to eight of them for ever, while others found none."""
    with ExitStack() as busy:
        connections = [busy.enter_context(engine.connect()) for _ in range(6)]
        kept = connections[0].exec_driver_sql("show idle_session_timeout").scalar_one()
        for connection in connections:
            connection.execute(SOON)
            connection.commit()

    def count() -> int:
        with engine.connect() as connection:
            return int(connection.execute(OURS).scalar_one())

    wait_for(lambda: count() == 1, "the server to have the others back")
    with ExitStack() as busy:
        again = [busy.enter_context(engine.connect()) for _ in range(6)]
        answers = [connection.execute(text("select 1")).scalar_one() for connection in again]
    engine.dispose()

    assert kept == "5min"
    assert answers == [1] * 6
