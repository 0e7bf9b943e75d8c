"""`python -m tests.acceptance.halted_worker URL HOURS`: a worker that halts in the middle of its steps.

It carries out one batch of steps as if so many hours had gone by, and halts at the commit until it is killed.
"""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Event
from typing import Any

from adapters.database.engine import make_engine
from adapters.database.unit_of_work import Database, UnitOfWork
from tests.house import House, ShiftedClock

HALTED = "halted before the commit"


@dataclass(frozen=True, slots=True)
class _Halting:
    work: Any

    def __getattr__(self, name: str) -> object:
        return getattr(self.work, name)

    def commit(self) -> None:
        # Asking for anything writes what has been collected so far.
        self.work.practices.all()
        sys.stdout.write(HALTED)
        sys.stdout.flush()
        Event().wait()


@dataclass(frozen=True, slots=True)
class HaltingDatabase:
    """A database whose caller never comes past a commit."""

    database: Database

    @contextmanager
    def begin(self) -> Iterator[Any]:
        with self.database.begin() as work:
            yield _Halting(work)

    def look(self) -> AbstractContextManager[UnitOfWork]:
        return self.database.look()

    def snapshot(self) -> AbstractContextManager[UnitOfWork]:
        return self.database.snapshot()


def main(url: str, hours: str) -> None:
    """Carry out one batch, but for its commit."""
    house = House(make_engine(url), ShiftedClock(timedelta(hours=float(hours))))
    replace(house.escalate, database=HaltingDatabase(house.database)).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
