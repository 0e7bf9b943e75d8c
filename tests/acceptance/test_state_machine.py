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

from adapters.database import schema
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
    """Makes migrated, empty databases, each a copy of one."""
    made: list[Engine] = []
    server: PostgresServer | None = None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        server.revive()
        template = server.create_database()
        first = make_engine(server.url(template))
    else:
        template = str(tmp_path / "template.db")
        first = make_engine(f"sqlite:///{template}")
    schema.migrate(first)
    first.dispose()

    def make() -> Engine:
        if server is not None:
            url = server.url(server.create_database(template))
        else:
            copy = tmp_path / f"{len(made)}.db"
            shutil.copy(template, copy)
            url = f"sqlite:///{copy}"
        made.append(make_engine(url))
        return made[-1]

    yield make
    for engine in made:
        engine.dispose()
        if server is not None:
            server.drop_database(str(engine.url.database))
    if server is not None:
        server.drop_database(template)


def test_every_promise_holds_whatever_happens_in_whatever_order(fresh: Callable[[], Engine]) -> None:
    """See the invariants of Life."""
    bound = type("Bound", (Life,), {"fresh": staticmethod(fresh)})

    run_state_machine_as_test(bound, settings=BUDGET)
