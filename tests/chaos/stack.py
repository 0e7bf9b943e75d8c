"""A production engine on servers of its own: PostgreSQL, Valkey, a mail server, web processes and workers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any, LiteralString

import psycopg

from adapters.database.engine import make_engine
from config.command import celery_arguments
from router.actors import COMMAND, Scope
from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import Condition, Do, LadderStep
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings
from tests.chaos.post import Post, open_post
from tests.chaos.witness import WITNESS
from tests.house import PRACTICE, House
from tests.processes import ROOT, Portal, Running, children, wait_for
from tests.servers.installation import find_installation
from tests.servers.ports import free_port
from tests.servers.postgres import PostgresServer
from tests.servers.proxy import TcpProxy
from tests.servers.smtp import ScriptedSmtpServer
from tests.servers.valkey import ValkeyServer

# The practice never closes: after a minute whoever has a message is told again, after two the administrator is told.
LADDER = (
    LadderStep(1, Condition.UNANSWERED, Do.REMIND),
    LadderStep(2, Condition.UNANSWERED, Do.ALERT),
)
IN_TIME = {"hours": Hours(PracticeHours(round_the_clock=True)), "ladder": LADDER}
# Who gets what; whom nobody is named for, the portal administrator gets.
RECIPIENTS: Mapping[Topic, Sequence[str]] = {
    Topic.BILLING: ("ann", "ben"),
    Topic.MEDICATION: ("cho",),
    Topic.OTHER: ("ada",),
}
OTHER = "elsewhere"
STAFF = (a_staff("ada", admin=True), a_staff("ann"), a_staff("ben"), a_staff("cho"))
PATIENT = a_patient("sam", name="Sam Canaryname")
# A lease runs out after six times as long, so that nobody need wait for three minutes.
SEND_SECONDS = 3
OFF_CLOCK = ROOT / "tests" / "chaos" / "off_clock"
# A server that is started anew, a child that is forked anew.
RECOVER_SECONDS = 90


@dataclass
class Stack:
    """The servers, the processes, and how many of these were ended or cut in the middle of their work."""

    folder: Path
    postgres: PostgresServer
    valkey: ValkeyServer
    # What every second process reaches them by.
    database_line: TcpProxy
    broker_line: TcpProxy
    post: Post
    house: House
    key: str
    # Of another practice, which nobody writes to in good faith.
    other_key: str
    variables: dict[str, str]
    exits: ExitStack
    workers: list[Running] = field(default_factory=list)
    webs: dict[int, Running] = field(default_factory=dict)
    # Each of these may have lost the batch that it was about to record.
    lost_processes: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _changing: Lock = field(default_factory=Lock)

    @property
    def relay(self) -> ScriptedSmtpServer:
        """The mail server."""
        return self.post.relay

    @property
    def portal(self) -> Portal:
        """A frontend of the first web process."""
        return Portal(next(iter(self.webs)), self.key)

    @property
    def portals(self) -> list[Portal]:
        """A frontend of each."""
        return [Portal(port, self.key) for port in self.webs]

    def start_web(self, port: int | None = None) -> int:
        """Start a web process, on a port that one had before or on a new one; returns it when it can accept."""
        port, number = port or free_port(), next(self._numbers)
        log = self.folder / f"web-{number}.log"
        variables = self._variables_of(number)
        self.webs[port] = self.exits.enter_context(Running(("run", "--port", str(port)), log, variables))
        wait_for(Portal(port).is_ready, "a web process", RECOVER_SECONDS)
        return port

    def start_worker(
        self, queues: str = "route,notify,escalate", *, clock_hours: float = 0, send_seconds: int = SEND_SECONDS
    ) -> Running:
        """Start a worker, without waiting for it; its clock may be off."""
        number = next(self._numbers)
        variables = self._variables_of(number) | {"SMTP_SEND_SECONDS": str(send_seconds)}
        if clock_hours:
            variables |= {"PYTHONPATH": f"{OFF_CLOCK}:{ROOT}", "CLOCK_OFF_BY_HOURS": str(clock_hours)}
        log = self.folder / f"worker-{number}.log"
        arguments = tuple(celery_arguments(queues, 1))
        worker = self.exits.enter_context(Running(arguments, log, variables, module="celery"))
        with self._changing:
            self.workers.append(worker)
        return worker

    def _variables_of(self, number: int) -> dict[str, str]:
        """The environment of the process with this number: every second one reaches the servers by the lines."""
        if number % 2:
            return self.variables
        lines = (("DATABASE_URL", self.postgres, self.database_line), ("BROKER_URL", self.valkey, self.broker_line))
        by_line = {
            name: self.variables[name].replace(f":{server.port}/", f":{line.port}/") for name, server, line in lines
        }
        return self.variables | by_line

    def is_at_work(self, worker: Running) -> bool:
        """Whether it has given a sign of life."""
        return bool(self.ask("select 1 from worker where id like %s", f"%:{worker.process.pid}"))

    def kill_worker(self, worker: Running) -> None:
        """SIGKILL, to it and its children, whatever they are in the middle of."""
        with self._changing:
            self.workers.remove(worker)
        self.lost_processes += 1 + len(children(worker.process.pid))
        worker.kill()

    def stop_worker(self, worker: Running) -> int:
        """SIGTERM; returns the exit code."""
        with self._changing:
            self.workers.remove(worker)
        return worker.stop(60)

    def stop_workers(self) -> None:
        """End all there are, so that the next test has its own."""
        for worker in list(self.workers):
            assert self.stop_worker(worker) == 0

    def count_as_cut(self) -> None:
        """Every process of every worker is about to lose its database."""
        with self._changing:
            self.lost_processes += sum(1 + len(children(worker.process.pid)) for worker in self.workers)

    def ask(self, query: LiteralString, *values: object) -> list[tuple[Any, ...]]:
        """What the database says, as soon as there is one; changes are kept."""
        return list(wait_for(lambda: self._try_to_ask(query, values), "the database", RECOVER_SECONDS)[0])

    def _try_to_ask(self, query: LiteralString, values: Sequence[object]) -> list[list[tuple[Any, ...]]]:
        url = self.variables["DATABASE_URL"].replace("+psycopg", "")
        try:
            with psycopg.connect(url, connect_timeout=2) as connection:
                done = connection.execute(query, values)
                return [done.fetchall() if done.description else []]
        except psycopg.OperationalError:
            return []


@contextmanager
def open_stack(folder: Path, *, webs: int = 1, durable: bool = False, in_time: bool = False) -> Iterator[Stack]:
    """Start the servers in this folder, which must be empty and guarded, and web processes; no worker yet.

    `in_time` turns on a ladder of minutes, so that steps fall due meanwhile.
    """
    with ExitStack() as exits:
        postgres = PostgresServer(folder / "postgres", find_installation(), durable=durable)
        valkey = ValkeyServer(folder / "valkey")
        for server in (postgres, valkey):
            server.start()
            exits.callback(server.stop, immediate=True)
        database_line, broker_line = (exits.enter_context(TcpProxy(server.port)) for server in (postgres, valkey))
        post = exits.enter_context(open_post(folder))
        url = postgres.url(postgres.create_database())
        house = House(make_engine(url)).furnish(
            settings(RECIPIENTS, **(IN_TIME if in_time else {})), staff=STAFF, patients=[PATIENT]
        )
        exits.callback(house.engine.dispose)
        with house.engine.begin() as connection:
            connection.exec_driver_sql(WITNESS)
        house.furnish(practice=OTHER, patients=[PATIENT])
        key, other_key = (house.keys.create(practice, list(Scope), COMMAND)[1] for practice in (PRACTICE, OTHER))
        variables = {
            "DATABASE_URL": url,
            "BROKER_URL": valkey.url(0),
            "SMTP_URL": post.url,
            "SMTP_SEND_SECONDS": str(SEND_SECONDS),
            "SECRET_KEY": "a long random text of 32 bytes or more",
            "TMPDIR": str(folder),
            # Everything is written for one patient.
            "REQUESTS_BY_PATIENT": "0",
        }
        stack = Stack(
            folder=folder,
            postgres=postgres,
            valkey=valkey,
            database_line=database_line,
            broker_line=broker_line,
            post=post,
            house=house,
            key=key,
            other_key=other_key,
            variables=variables,
            exits=exits,
        )
        for _ in range(webs):
            stack.start_web()
        yield stack
