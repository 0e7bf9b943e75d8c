"""Any order of accepting, routing, dying, telling, leaving and answering: every promise holds at every moment.

The environment's SEED decides what is drawn; CI takes another one for each run and prints it.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, seed
from hypothesis import settings as budget
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from hypothesis.strategies import integers
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from tests.acceptance.climbing import Climbing
from tests.acceptance.life import Life

if TYPE_CHECKING:
    from tests.servers.postgres import PostgresServer

SEED = int(os.environ.get("SEED") or 0)
BUDGET = budget(
    max_examples=8,
    stateful_step_count=30,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Engine]]:
    """Empties a migrated database; the engine made of it before is no longer used.

    All lives share one engine, since each new one would compile every statement again.
    """
    shared: Engine
    made: list[str] = []
    if request.param == "sqlite":
        shared, path = request.getfixturevalue("shared_sqlite_engine")

        def empty() -> str:
            copied = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / f"{len(made)}.db")
            path[0] = str(copied)
            return f"sqlite:///{copied}"
    else:
        shared = request.getfixturevalue("shared_postgres_engine")
        server: PostgresServer = request.getfixturevalue("postgres_server")
        server.revive()
        name: str = request.getfixturevalue("migrated_database")

        def empty() -> str:
            server.empty_database(name)
            return server.url(name)

    def make() -> Engine:
        shared.dispose()
        made.append(empty())
        engine = shared.execution_options()
        engine.url = make_url(made[-1])
        return engine

    yield make
    shared.dispose()


def test_every_promise_holds_whatever_happens_in_whatever_order(fresh: Callable[[], Engine]) -> None:
    """See the invariants of Life."""
    bound = type("Bound", (Life,), {"fresh": staticmethod(fresh)})

    run_state_machine_as_test(seed(SEED)(bound), settings=BUDGET)


def test_every_ladder_comes_to_its_end_whatever_happens_in_whatever_order(fresh: Callable[[], Engine]) -> None:
    """See the invariants of Climbing."""
    bound = type("Bound", (Climbing,), {"fresh": staticmethod(fresh)})

    run_state_machine_as_test(seed(SEED)(bound), settings=budget(BUDGET, max_examples=12))


@pytest.mark.parametrize(("one", "other", "alike"), [(1, 1, True), (1, 2, False)])
def test_the_seed_decides_what_happens(one: int, other: int, *, alike: bool) -> None:
    assert (drawn(one) == drawn(other)) is alike


def drawn(number: int) -> list[int]:
    """What a machine with this seed draws."""
    numbers: list[int] = []

    class Drawing(RuleBasedStateMachine):
        @rule(number=integers())
        def draw(self, number: int) -> None:
            numbers.append(number)

    run_state_machine_as_test(seed(number)(Drawing), settings=BUDGET)
    return numbers
