"""Engines: SQLite for one machine, PostgreSQL for many."""

import sqlite3
from time import monotonic
from typing import Any

import orjson
import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry

from adapters.database import session
from adapters.database.trouble import READ_ONLY

BUSY_SECONDS = 20
# A connection that can't be had in this time is answered with 503 rather than waited for.
POOL_TIMEOUT_SECONDS = 5
RESTED_SECONDS = 2
RESTING_SINCE = "resting since"
FIRST_PLANNED_ANEW = 8
AGE = "age"
PLANNED_AT = "planned at"
SERVER = "server"

POSTGRESQL_OPTIONS = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "application_name": "careroute",
    # Else it is the database's own, in which the driver may not be able to read texts.
    "client_encoding": "utf8",
}


def make_engine(url: str, *, pool_size: int = 8) -> Engine:
    """An engine for this URL. Nothing is connected yet."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=4,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        # The connection that was used last: the others rest, and the server ends those that rest for long.
        pool_use_lifo=True,
        # An error must not carry the values of a statement into a log.
        hide_parameters=True,
        # Documents are written by it, too; the standard library takes several times as long to read them.
        json_deserializer=orjson.loads,
        connect_args=POSTGRESQL_OPTIONS,
    )
    _look_after(engine)
    return engine


def server_of(connection: Connection) -> str:
    """What tells the server of a connection from every other, and from the same one before it was started again."""
    return str(connection.info.get(SERVER, ""))


def note_written(connection: Connection, rows: int) -> None:
    """Let the connection age by the rows that were written over it."""
    connection.info[AGE] = connection.info.get(AGE, 0) + rows


def _look_after(engine: Engine) -> None:
    """See to a connection before it is used: whether it is still there, and that its plans are not too old.

    One that rested is asked, and replaced if it is gone; one that was used a moment ago is not, as that would be a
    question to the server before every transaction.

    Its plans are forgotten when its age, the times it was used and the rows it wrote, has passed 8, 16, 32, ... The
    server keeps the plan of a statement, and of a foreign key's check, until the statistics of its tables change, which
    takes a minute. Every index begins with the practice: in a table that is still small all of them look alike, and a
    plan that was made then reads all of a practice's rows for each that is wanted, when there are many.
    """

    @event.listens_for(engine, "connect")
    def settle(connection: psycopg.Connection, entry: ConnectionPoolEntry) -> None:
        entry.info[SERVER] = session.settle(connection)

    @event.listens_for(engine, "handle_error")
    def replace_read_only(context: ExceptionContext) -> None:
        # A session keeps the default that it began with, and the server that it is on: only a new one can write again.
        if getattr(context.original_exception, "sqlstate", None) == READ_ONLY:
            context.is_disconnect = True

    @event.listens_for(engine, "checkin")
    def rest(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info[RESTING_SINCE] = monotonic()

    @event.listens_for(engine, "checkout")
    def prepare(connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: object) -> None:
        age = entry.info[AGE] = entry.info.get(AGE, 0) + 1
        grown = age.bit_length() > entry.info.get(PLANNED_AT, FIRST_PLANNED_ANEW - 1).bit_length()
        rested = monotonic() - entry.info.get(RESTING_SINCE, monotonic()) >= RESTED_SECONDS
        try:
            if rested:
                engine.dialect.do_ping(connection)
            if grown:
                connection.cursor().execute("DISCARD PLANS")
                # The driver has begun a transaction for it.
                connection.commit()
                entry.info[PLANNED_AT] = age
        except engine.dialect.loaded_dbapi.Error as error:
            # The pool replaces it, and the caller is none the wiser.
            raise exc.DisconnectionError from error


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": BUSY_SECONDS}, pool_size=8, pool_timeout=BUSY_SECONDS, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        # The driver must not open transactions by itself: `begin` below does.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options: dict[str, Any] = dict(connection.get_execution_options())
        connection.exec_driver_sql("BEGIN" if options.get("only_reads") else "BEGIN IMMEDIATE")

    return engine
