"""From accepted to inbox and email: workers on a backlog, against what PostgreSQL alone does with such rows."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from time import perf_counter, sleep

import psycopg
from celery import Celery

from bench.practice import backlog, furnish
from bench.stack import FROZEN, START_SECONDS, Stack
from tests.servers.waiting import wait_until

LIMIT_ROWS = 100
# Asking costs PostgreSQL milliseconds that the workers could use.
POLL_SECONDS = 0.05
DRAIN_SECONDS = 300
BATCH = 250
MOST_HINTS = 64


def limit(stack: Stack, seconds: int, batch: str = "limit-batch.sql", each: int = 1) -> float:
    """Deliveries a second of a frozen batch of 100 messages with so many `each`, by pgbench with two clients."""
    name = stack.postgres.create_database()
    address = ["-h", "127.0.0.1", "-p", str(stack.postgres.port), "-U", "postgres"]
    with psycopg.connect(plain(stack.postgres.url(name)), autocommit=True) as connection:
        for statement in (FROZEN / "limit-schema.sql").read_text().split(";"):
            if statement.strip():
                connection.execute(statement)
    batched = ["-n", "-f", str(FROZEN / batch), "-c", "2", "-j", "2", "-T", str(seconds)]
    command = [str(stack.installation.binary("pgbench")), *address, *batched, name]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    stack.postgres.drop_database(name)
    found = re.search(r"tps = ([0-9.]+)", said)
    assert found, said
    return float(found[1]) * LIMIT_ROWS * each


def drained(  # noqa: PLR0913 - these are what is measured.
    stack: Stack, count: int, workers: int, *, recipients: int = 1, emails: bool = True, in_time: bool = False
) -> float:
    """Messages a second from a backlog into inboxes and, with emails, to the mail server's acceptance."""
    name = stack.postgres.create_database()
    url = stack.postgres.url(name)
    furnished = furnish(url, recipients=recipients, in_time=in_time)
    environment = stack.environment(name, 1)
    with stack.valkey.client(1) as client:
        client.flushdb()
    queues = "route,notify" if emails else "route"
    with working(stack, workers, queues, environment), psycopg.connect(plain(url), autocommit=True) as watch:
        wait_until(lambda: seen(watch) >= workers, START_SECONDS, "the workers are there")
        if not emails:
            # Sweeps send, too, whatever the queues of their worker are.
            watch.execute("insert into relay values (1, now() + interval '1 hour', 1, 'paused')")
        # One turn over a few messages, so that nothing is imported, connected or planned for the first time later.
        backlog(furnished.database, 50 * workers)
        hint(environment, BATCH * workers)
        wait_until_drained(watch, emails=emails)
        backlog(furnished.database, count)
        began = perf_counter()
        hint(environment, count)
        wait_until_drained(watch, emails=emails)
        seconds = perf_counter() - began
    furnished.database.engine.dispose()
    stack.postgres.drop_database(name)
    return count / seconds


@contextmanager
def working(stack: Stack, count: int, queues: str, environment: Mapping[str, str]) -> Iterator[None]:
    """So many worker processes of these queues, each with one child."""
    with ExitStack() as exits:
        for number in range(count):
            arguments = ("worker", "--queues", queues, "--concurrency", "1")
            exits.enter_context(stack.careroute(f"worker-{number}", *arguments, environment=environment))
        yield


def seen(watch: psycopg.Connection) -> int:
    """How many workers have given a sign of life."""
    row = watch.execute("select count(*) from worker").fetchone()
    return int(row[0]) if row else 0


def hint(environment: Mapping[str, str], messages: int) -> None:
    """As many hints as so many messages have batches, as the sweep would give them."""
    with Celery(broker=environment["BROKER_URL"], set_as_current=False) as app:
        for _ in range(min(-(-messages // BATCH), MOST_HINTS)):
            app.send_task("careroute.route", queue="route", expires=60, ignore_result=True)


def wait_until_drained(watch: psycopg.Connection, *, emails: bool) -> None:
    """Wait until nothing is accepted any more and, with emails, no email is due."""
    waiting = "select exists(select from message where state = 'accepted')"
    if emails:
        waiting += " or exists(select from notification where state in ('due', 'leased'))"
    deadline = perf_counter() + DRAIN_SECONDS
    while True:
        row = watch.execute(waiting).fetchone()
        if row is not None and not row[0]:
            return
        assert perf_counter() < deadline, "the backlog was not drained"
        sleep(POLL_SECONDS)


def plain(url: str) -> str:
    """The URL as psycopg reads it."""
    return url.replace("postgresql+psycopg", "postgresql")
