"""The embedded engine, against SQLite committing the same statements one message a transaction."""

import shutil
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from sqlalchemy import event

from adapters.broker.hints import NoHints
from bench.http import CONNECTIONS, MESSAGE, WARM_UP, replace_count
from bench.load import Load, send_apart
from bench.practice import BODY, PRACTICE, SUBJECT, furnish
from bench.stack import START_SECONDS, Stack, is_ready
from config.wiring.batches import NotifyBatches
from config.wiring.resources import InstalledTimeZones, RandomIds
from router.actors import COMMAND
from router.flows.patient.accept import Accept
from router.flows.worker.notify import Notify
from router.flows.worker.route import Route
from router.messages.message import Draft
from router.messages.notification import Mail, SendOutcome, SmtpReply
from router.practice.topics import Topic
from tests.servers.ports import free_port
from tests.servers.waiting import wait_until

POLL_SECONDS = 0.02
END_SECONDS = 300
WRITES = ("INSERT", "UPDATE", "DELETE")
UNFINISHED = (
    "select exists(select 1 from message where state = 'accepted')"
    " or exists(select 1 from notification where state in ('due', 'leased'))"
)

Statement = tuple[str, list[Any], bool]


def whole(stack: Stack, count: int) -> float:
    """Messages a second over HTTP into inboxes and to the mail server's acceptance, by one process on SQLite."""
    folder = stack.folder / f"embedded-{free_port()}"
    folder.mkdir()
    furnished = furnish(f"sqlite:///{folder / 'careroute.db'}")
    furnished.database.engine.dispose()
    environment, port = stack.environment("", 6) | {"CAREROUTE_DATA_DIR": str(folder)}, free_port()
    for name in ("DATABASE_URL", "BROKER_URL"):
        del environment[name]
    load = Load(port, "/v1/messages", MESSAGE, CONNECTIONS, WARM_UP, furnished.key)
    watch = sqlite3.connect(folder / "careroute.db", isolation_level=None, timeout=30)
    with stack.careroute("embedded", "run", "--port", str(port), environment=environment):
        wait_until(lambda: is_ready(port), START_SECONDS, "the service is ready")
        send_apart(load, stack.folder, environment)
        _wait_until_finished(watch)
        began = perf_counter()
        answered = send_apart(replace_count(load, count), stack.folder, environment)
        assert answered.statuses == {202: count}, answered.statuses
        _wait_until_finished(watch)
        seconds = perf_counter() - began
    watch.close()
    shutil.rmtree(folder)
    return count / seconds


def _wait_until_finished(watch: sqlite3.Connection) -> None:
    deadline = perf_counter() + END_SECONDS
    while watch.execute(UNFINISHED).fetchone()[0]:
        assert perf_counter() < deadline, "the service did not come to an end"
        sleep(POLL_SECONDS)


def limit(stack: Stack, count: int) -> float:
    """Messages a second when what Careroute writes for each is committed by itself, through Python's own driver."""
    folder = stack.folder / f"statements-{free_port()}"
    folder.mkdir()
    written = _record(folder / "recorded.db", folder / "furnished.db", count)
    connection = sqlite3.connect(folder / "furnished.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    began = perf_counter()
    for statements in written:
        connection.execute("BEGIN IMMEDIATE")
        for statement, parameters, many in statements:
            if many:
                connection.executemany(statement, parameters)
            else:
                connection.execute(statement, parameters)
        connection.execute("COMMIT")
    seconds = perf_counter() - began
    connection.close()
    shutil.rmtree(folder)
    return count / seconds


def _record(recorded: Path, furnished_copy: Path, count: int) -> list[list[Statement]]:
    """What is written for each message from accepting to the sent email, in a database like the one that is left."""
    furnished = furnish(f"sqlite:///{recorded}")
    engine, database, ids = furnished.database.engine, furnished.database, RandomIds()
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql(f"VACUUM INTO '{furnished_copy}'")
    written: list[list[Statement]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(
        _connection: object,
        _cursor: object,
        statement: str,
        parameters: list[Any],
        _context: object,
        many: bool,  # noqa: FBT001 - likewise.
    ) -> None:
        if statement.lstrip().upper().startswith(WRITES):
            written[-1].append((statement, parameters, many))

    link, unsubscribe = "https://portal.example/{}".format, "https://portal.example/unsubscribe?token={}".format
    links = (lambda one: link(one.about)), (lambda one: unsubscribe(one.id.hex))
    notify = Notify(database, NoHints(), ids, _Sending(), *links, _fail)
    zones = InstalledTimeZones()
    accept = Accept(database, NoHints(), ids, zones, _fail)
    route = Route(database, NoHints(), ids, zones, _fail, courier=NotifyBatches(notify))
    for number in range(count):
        written.append([])
        draft = Draft(str(ids.new()), f"patient-{number % 1000}", Topic.BILLING, SUBJECT, BODY)
        accept.accept(PRACTICE, [draft], COMMAND)
        route.run()
    engine.dispose()
    return written


class _Sending:
    """A mail server that takes everything at once."""

    def send(self, mails: Sequence[Mail], _at: datetime) -> list[SmtpReply]:
        """Take all."""
        return [SmtpReply(mail.notification, SendOutcome.SENT, 250, "2.0.0 Ok: queued") for mail in mails]


def _fail(_practice: str, _message: str, error: Exception) -> None:
    raise error
