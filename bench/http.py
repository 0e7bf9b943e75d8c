"""Accepting and the whole system over HTTP, against the route without a commit, an echo, and the naive peer."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from time import perf_counter, sleep

import psycopg

from bench.load import Answered, Load, send_apart
from bench.pipeline import plain, seen, working
from bench.practice import BODY, SUBJECT, furnish
from bench.stack import FROZEN, START_SECONDS, Stack, is_ready, listens
from tests.servers.ports import free_port
from tests.servers.waiting import wait_until

CONNECTIONS = 32
MESSAGE = json.dumps({"patient": "patient-7", "topic": "billing", "subject": SUBJECT, "body": BODY}).encode()
NAIVE_MESSAGE = json.dumps({"patient_id": 7, "site_id": 7, "topic_id": 4, "body": BODY}).encode()
# Asking costs PostgreSQL milliseconds that the system could use.
POLL_SECONDS = 0.1
END_SECONDS = 300
WARM_UP = 300
# Before the whole system, or its latency, is measured: every connection of every process has been used and has plans
# for tables that hold something.
WARM_UP_OF_ALL = 3_000


@dataclass(frozen=True, slots=True)
class System:
    """A running system: where it listens, what it is told, and how it is asked how far it is."""

    port: int
    load: Load
    environment: Mapping[str, str]
    watch: psycopg.Connection
    unfinished: str


def careroute_accept(stack: Stack, count: int, *, commit: bool = True, phrases: int = 0) -> float:
    """Messages a second that are accepted over 32 connections, by one web process and without workers.

    In each of them so many red-flag phrases are looked for, and none is found.
    """
    name = stack.postgres.create_database()
    furnished = furnish(stack.postgres.url(name), phrases=phrases)
    environment, port = stack.environment(name, 2), free_port()
    command = ["-m", "config.command", "run"] if commit else ["-m", "bench.uncommitted"]
    command += ["--port", str(port)] if commit else [str(port)]
    with stack.process("web", command, environment):
        wait_until(lambda: is_ready(port), START_SECONDS, "the service is ready")
        load = Load(port, "/v1/messages", MESSAGE, CONNECTIONS, WARM_UP, furnished.key)
        answered = _measured(stack, load, count, environment)
    furnished.database.engine.dispose()
    stack.postgres.drop_database(name)
    return answered.accepted_a_second


def echo(stack: Stack, count: int) -> float:
    """Requests a second that the naive peer's server answers without doing anything."""
    environment, port = stack.environment("postgres", 3), free_port()
    with _naive_web(stack, port, environment):
        load = Load(port, "/echo", NAIVE_MESSAGE, CONNECTIONS, WARM_UP)
        return _measured(stack, load, count, environment).accepted_a_second


def _measured(stack: Stack, load: Load, count: int, environment: Mapping[str, str]) -> Answered:
    send_apart(load, stack.folder, environment)
    answered = send_apart(replace_count(load, count), stack.folder, environment)
    assert answered.statuses == {202: count}, answered.statuses
    return answered


def replace_count(load: Load, count: int) -> Load:
    """The same load with another number of requests."""
    return Load(load.port, load.path, load.body, load.connections, count, load.key)


@contextmanager
def _naive_web(stack: Stack, port: int, environment: Mapping[str, str]) -> Iterator[None]:
    server = ["-m", "uvicorn", "naive:web", "--loop", "uvloop", "--http", "httptools", "--no-access-log"]
    with stack.process("naive-web", [*server, "--port", str(port)], environment):
        wait_until(lambda: listens(port), START_SECONDS, "the peer's server listens")
        yield


@contextmanager
def careroute_system(stack: Stack, *, smtp_port: int | None = None) -> Iterator[System]:
    """One web process and two workers."""
    name = stack.postgres.create_database()
    url = stack.postgres.url(name)
    furnished = furnish(url)
    environment, port = stack.environment(name, 4, smtp_port=smtp_port), free_port()
    with ExitStack() as exits:
        exits.enter_context(stack.careroute("web", "run", "--port", str(port), environment=environment))
        exits.enter_context(working(stack, 2, "route,notify", environment))
        watch = exits.enter_context(psycopg.connect(plain(url), autocommit=True))
        wait_until(lambda: is_ready(port) and seen(watch) >= 2, START_SECONDS, "the system is ready")  # noqa: PLR2004
        load = Load(port, "/v1/messages", MESSAGE, CONNECTIONS, WARM_UP_OF_ALL, furnished.key)
        unfinished = (
            "select exists(select from message where state = 'accepted')"
            " or exists(select from notification where state in ('due', 'leased'))"
        )
        yield System(port, load, environment, watch, unfinished)
    furnished.database.engine.dispose()
    stack.postgres.drop_database(name)


@contextmanager
def naive_system(stack: Stack, *, smtp_port: int | None = None) -> Iterator[System]:
    """The peer: one web process and a prefork worker with two children."""
    name = stack.postgres.create_database()
    url = stack.postgres.url(name)
    with stack.valkey.client(5) as client:
        client.flushdb()
    environment, port = stack.environment(name, 5, smtp_port=smtp_port), free_port()
    with ExitStack() as exits:
        watch = exits.enter_context(psycopg.connect(plain(url), autocommit=True))
        for statement in (FROZEN / "limit-schema.sql").read_text().split(";"):
            if statement.strip():
                watch.execute(statement)
        with stack.process("naive-init", [str(FROZEN / "naive.py"), "init"], environment):
            wait_until(lambda: _has_rules(watch), START_SECONDS, "the peer's tables are filled")
        exits.enter_context(_naive_web(stack, port, environment))
        command = ["-m", "celery", "-A", "naive", "worker", "-P", "prefork", "-c", "2"]
        exits.enter_context(stack.process("naive-worker", command, environment))
        load = Load(port, "/messages", NAIVE_MESSAGE, CONNECTIONS, WARM_UP_OF_ALL // 20)
        unfinished = (
            "select exists(select from message where status = 0) or exists(select from inbox where notify = 0)"
            " or exists(select from message m where not exists(select from inbox i where i.message_id = m.id))"
        )
        yield System(port, load, environment, watch, unfinished)
    stack.postgres.drop_database(name)


def _has_rules(watch: psycopg.Connection) -> bool:
    row = watch.execute("select to_regclass('rule') is not null").fetchone()
    if not (row and row[0]):
        return False
    row = watch.execute("select count(*) from rule").fetchone()
    return bool(row and row[0])


def whole(stack: Stack, system: System, count: int) -> float:
    """Messages a second from the first request to the mail server's acceptance of the last email."""
    warm_up(stack, system)
    answered = send_apart(replace_count(system.load, count), stack.folder, system.environment)
    assert answered.statuses == {202: count}, answered.statuses
    wait_until_finished(system)
    return count / (perf_counter() - answered.began)


def warm_up(stack: Stack, system: System) -> None:
    """Send what a system needs that has worked before, and wait until it is done."""
    send_apart(system.load, stack.folder, system.environment)
    wait_until_finished(system)


def wait_until_finished(system: System) -> None:
    """Wait until everything is routed and told."""
    deadline = perf_counter() + END_SECONDS
    while True:
        row = system.watch.execute(system.unfinished).fetchone()
        if row is not None and not row[0]:
            return
        assert perf_counter() < deadline, "the system did not come to an end"
        sleep(POLL_SECONDS)
