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

from adapters.database.engine import make_engine
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

    run_state_machine_as_test(seed(SEED)(bound), settings=BUDGET)


def test_every_ladder_comes_to_its_end_whatever_happens_in_whatever_order(fresh: Callable[[], Engine]) -> None:
    """See the invariants of Climbing."""
    bound = type("Bound", (Climbing,), {"fresh": staticmethod(fresh)})

    run_state_machine_as_test(seed(SEED)(bound), settings=budget(BUDGET, max_examples=4, stateful_step_count=25))


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
