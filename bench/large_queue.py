"""What routing costs while something old can't be cleared away: rows of `python -m bench large`.

PostgreSQL keeps what was deleted and changed for as long as anybody's snapshot could see it. So two databases hold the
same: so many messages were routed in both, in one of them while a snapshot was held, which stays so.
"""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from time import perf_counter, sleep
from typing import Any

import psycopg
from sqlalchemy import Connection, event

from adapters.broker.hints import NoHints
from adapters.database.unit_of_work import Database
from bench.figures import LOWER, Figure
from bench.pipeline import plain
from bench.practice import PRACTICE, backlog, furnish
from bench.stack import Stack
from config.wiring.resources import InstalledTimeZones, RandomIds
from router.flows.worker.route import Route

ROUTED = Path(__file__).with_name("routed.sql")
CLAIM, SHARE = 250, 250
A_TURN = 8_000
CLAIMS = "with recursive time"
# As a dump goes over a network that is slower than the disk: it takes all of a turn, and little of the processors.
DUMP_BYTES, DUMP_PAUSE_SECONDS = 64 * 1024, 0.05


@dataclass(slots=True)
class Queue:
    """A database with many messages that were routed, and a process that goes on routing there."""

    database: Database
    url: str
    route: Route = field(init=False)

    def __post_init__(self) -> None:
        self.route = Route(self.database, NoHints(), RandomIds(), InstalledTimeZones(), _raise, CLAIM, SHARE)

    def throughput(self) -> float:
        """Messages a second of one process that routes a backlog."""
        backlog(self.database, A_TURN)
        began = perf_counter()
        self._drain()
        return A_TURN / (perf_counter() - began)

    def _drain(self) -> None:
        while self.route.run().routed:
            pass

    def buffers(self) -> float:
        """Blocks that the claim of a batch reads, once the process has found its floor."""
        for _ in range(2):
            backlog(self.database, CLAIM)
            self._drain()
        backlog(self.database, CLAIM)
        read: list[float] = []

        def explain(
            _connection: Connection,
            cursor: psycopg.Cursor[Any],
            statement: str,
            parameters: Mapping[str, Any],
            *_: object,
        ) -> None:
            if CLAIMS in statement:
                with cursor.connection.transaction(force_rollback=True), cursor.connection.cursor() as another:
                    another.execute("explain (analyze, buffers, format json) " + statement, parameters)
                    explained = another.fetchone()
                    assert explained is not None
                    plan = explained[0][0]["Plan"]
                    read.append(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])

        event.listen(self.database.engine, "before_cursor_execute", explain)
        self.route.run()
        event.remove(self.database.engine, "before_cursor_execute", explain)
        return read[0]


def _raise(*failure: object) -> None:
    raise RuntimeError(failure)


@dataclass(slots=True)
class Queues:
    """The two databases, made once."""

    routed: int
    made: dict[bool, Queue] = field(default_factory=dict)
    holders: list[psycopg.Connection] = field(default_factory=list)

    def take(self, stack: Stack, *, held: bool) -> Queue:
        """The one in which a snapshot is held from before everything was routed, or the other."""
        if held not in self.made:
            url = stack.postgres.url(stack.postgres.create_database())
            database = furnish(url).database
            if held:
                self.holders.append(_hold(url))
            with psycopg.connect(plain(url), autocommit=True) as connection:
                for statement in ROUTED.read_text().split(";"):
                    connection.execute(statement.encode(), {"practice": PRACTICE, "count": self.routed})
                connection.execute("vacuum analyze")
                connection.execute("checkpoint")
            self.made[held] = Queue(database, url)
        return self.made[held]

    def dumped(self, stack: Stack) -> float:
        """Messages a second while the other database is dumped."""
        queue = self.take(stack, held=False)
        with _dumping(stack, queue.url):
            return queue.throughput()


def _hold(url: str) -> psycopg.Connection:
    """A snapshot that is held until the process ends."""
    connection = psycopg.connect(plain(url))
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.execute("set idle_in_transaction_session_timeout = 0")
    connection.execute("select count(*) from practice")
    return connection


@contextmanager
def _dumping(stack: Stack, url: str) -> Iterator[None]:
    command = [str(stack.installation.binary("pg_dump")), "--format", "custom", "--compress", "0", plain(url)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        reader = Thread(target=_read_slowly, args=(process,), daemon=True)
        reader.start()
        with psycopg.connect(plain(url), autocommit=True) as watch:
            while not _has_snapshot(watch):
                sleep(DUMP_PAUSE_SECONDS)
        yield
        if process.poll() is not None:
            raise RuntimeError("the dump was over before the turn")
        process.terminate()
        reader.join()


def _read_slowly(process: "subprocess.Popen[bytes]") -> None:
    while process.stdout is not None and process.stdout.read(DUMP_BYTES):
        sleep(DUMP_PAUSE_SECONDS)


def _has_snapshot(watch: psycopg.Connection) -> bool:
    asked = "select exists(select from pg_stat_activity where application_name = 'pg_dump' and query ilike 'copy%')"
    row = watch.execute(asked).fetchone()
    return bool(row and row[0])


def queue_figures(scale: float) -> tuple[Figure, ...]:
    """The rows; `scale` 1 is 500,000 messages that were routed."""
    queues = Queues(round(500_000 * scale))

    def held(stack: Stack) -> Queue:
        return queues.take(stack, held=True)

    def free(stack: Stack) -> Queue:
        return queues.take(stack, held=False)

    return (
        Figure(
            f"blocks that a claim of {CLAIM} reads beside {queues.routed:,} dead entries, against none",
            lambda stack: held(stack).buffers(), lambda stack: free(stack).buffers(), 5, 1.5, LOWER,
        ),
        Figure(
            f"routing with a snapshot held since {queues.routed:,} messages, against without",
            lambda stack: held(stack).throughput(), lambda stack: free(stack).throughput(), 0.90, 0.95,
        ),
        Figure(
            "routing while the database is dumped, against without",
            queues.dumped, lambda stack: free(stack).throughput(), 0.90, 0.95,
        ),
    )  # fmt: skip
