"""What only long runs show: whether cost grows with what is stored, and a worker's memory with its work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import psycopg

from adapters.database.engine import make_engine
from adapters.database.unit_of_work import Database
from bench.pipeline import hint, plain, seen, wait_until_drained, working
from bench.practice import PRACTICE, backlog, furnish
from bench.stack import START_SECONDS, Stack
from tests.servers.waiting import wait_until

NOT_RECYCLED = ("--max-tasks-per-child", "1000000000", "--max-memory-per-child", "1000000000")
STORED = Path(__file__).with_name("stored.sql")


@dataclass(slots=True)
class Stores:
    """Databases with so many messages stored already, each made once, so that turns can go from one to the other."""

    environments: dict[int, Mapping[str, str]] = field(default_factory=dict)

    def throughput(self, stack: Stack, stored: int, count: int) -> float:
        """Messages a second of two workers on a backlog, in the database with so many."""
        if stored not in self.environments:
            self.environments[stored] = _filled(stack, stored)
        environment = self.environments[stored]
        database = Database(make_engine(environment["DATABASE_URL"]))
        with psycopg.connect(plain(environment["DATABASE_URL"]), autocommit=True) as watch:
            # Those of the turn before.
            watch.execute("delete from worker")
            with working(stack, 2, "route,notify", environment):
                wait_until(lambda: seen(watch) >= 2, START_SECONDS, "the workers are there")  # noqa: PLR2004 - both.
                seconds = [_drained(database, environment, watch, step) for step in (200, count)]
        database.engine.dispose()
        return count / seconds[-1]


def _filled(stack: Stack, stored: int) -> Mapping[str, str]:
    url = stack.postgres.url(stack.postgres.create_database())
    furnish(url).database.engine.dispose()
    with psycopg.connect(plain(url), autocommit=True) as connection:
        if stored:
            for statement in STORED.read_text().split(";"):
                connection.execute(statement.encode(), {"practice": PRACTICE, "count": stored})
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")
    return stack.environment(url.rpartition("/")[2], 8)


def _drained(database: Database, environment: Mapping[str, str], watch: psycopg.Connection, count: int) -> float:
    """The seconds in which a backlog of so many is worked off."""
    backlog(database, count)
    began = perf_counter()
    _work_off(environment, watch, count)
    return perf_counter() - began


def growth(stack: Stack, few: int, many: int) -> float:
    """A worker's memory after many messages, as a ratio to its memory after few; its children are never recycled."""
    name = stack.postgres.create_database()
    url = stack.postgres.url(name)
    furnished = furnish(url)
    environment = stack.environment(name, 9)
    command = ["-m", "celery", "-q", "-A", "config.celery", "worker", "-Q", "route,notify", "-c", "1", *NOT_RECYCLED]
    with stack.process("worker", command, environment), psycopg.connect(plain(url), autocommit=True) as watch:
        wait_until(lambda: seen(watch) >= 1, START_SECONDS, "the worker is there")
        sizes = []
        done = 0
        for target in (few, many):
            while done < target:
                step = min(20_000, target - done)
                backlog(furnished.database, step)
                _work_off(environment, watch, step)
                done += step
            sizes.append(_memory(environment))
    furnished.database.engine.dispose()
    stack.postgres.drop_database(name)
    return sizes[1] / sizes[0]


def _work_off(environment: Mapping[str, str], watch: psycopg.Connection, step: int) -> None:
    hint(environment, step)
    wait_until_drained(watch, emails=True)


def _memory(environment: Mapping[str, str]) -> int:
    """The resident memory of the processes that were started with this database, in KiB (proc(5), VmRSS)."""
    total = 0
    marker = f"DATABASE_URL={environment['DATABASE_URL']}".encode()
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            if marker in (process / "environ").read_bytes().split(b"\0"):
                status = (process / "status").read_text()
                total += int(status.split("VmRSS:")[1].split()[0])
        except (OSError, IndexError):
            continue
    return total
