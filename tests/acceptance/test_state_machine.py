"""Any order of accepting, routing, dying, telling, leaving and answering: every promise holds at every moment."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as budget
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine

from adapters.database.engine import make_engine
from tests.acceptance.life import Life

if TYPE_CHECKING:
    from tests.servers.postgres import PostgresServer

BUDGET = budget(
    max_examples=8,
    stateful_step_count=30,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Engine]]:
    """Makes migrated databases without a row; the one before is no longer used."""
    made: list[Engine] = []

    def on_sqlite() -> str:
        copied = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / f"{len(made)}.db")
        return f"sqlite:///{copied}"

    def on_postgresql() -> str:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        name: str = request.getfixturevalue("migrated_database")
        server.empty_database(name)
        return server.url(name)

    def make() -> Engine:
        for engine in made:
            engine.dispose()
        made.append(make_engine(on_postgresql() if request.param == "postgresql" else on_sqlite()))
        return made[-1]

    yield make
    for engine in made:
        engine.dispose()


def test_every_promise_holds_whatever_happens_in_whatever_order(fresh: Callable[[], Engine]) -> None:
    """See the invariants of Life."""
    bound = type("Bound", (Life,), {"fresh": staticmethod(fresh)})

    run_state_machine_as_test(bound, settings=BUDGET)
