"""What only long runs show: whether cost grows with what is stored, and a worker's memory with its work."""

from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

import psycopg

from bench.pipeline import hint, plain, seen, wait_until_drained, working
from bench.practice import PRACTICE, backlog, furnish
from bench.stack import START_SECONDS, Stack
from tests.servers.waiting import wait_until

NOT_RECYCLED = ("--max-tasks-per-child", "1000000000", "--max-memory-per-child", "1000000000")
STORED = Path(__file__).with_name("stored.sql")


def throughput(stack: Stack, stored: int, count: int) -> float:
    """Messages a second of two workers on a backlog, with so many messages stored already."""
    name = stack.postgres.create_database()
    url = stack.postgres.url(name)
    furnished = furnish(url)
    with psycopg.connect(plain(url), autocommit=True) as connection:
        if stored:
            for statement in STORED.read_text().split(";"):
                connection.execute(statement.encode(), {"practice": PRACTICE, "count": stored})
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")
    environment = stack.environment(name, 8)
    with working(stack, 2, "route,notify", environment), psycopg.connect(plain(url), autocommit=True) as watch:
        wait_until(lambda: seen(watch) >= 2, START_SECONDS, "the workers are there")  # noqa: PLR2004 - both.
        backlog(furnished.database, 200)
        hint(environment, 200)
        wait_until_drained(watch, emails=True)
        backlog(furnished.database, count)
        began = perf_counter()
        hint(environment, count)
        wait_until_drained(watch, emails=True)
        seconds = perf_counter() - began
    furnished.database.engine.dispose()
    stack.postgres.drop_database(name)
    return count / seconds


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
