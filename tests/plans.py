"""What PostgreSQL reads for a statement, as its plan says after it was executed."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event, text

from adapters.database.engine import make_engine

# Whether plans are made before anything has statistics, or afterwards: a server gathers them when it likes.
ANALYZED = pytest.mark.parametrize("analyzed", [False, True], ids=["planned when empty", "with statistics"])


STATEMENTS = {"select", "insert", "update", "delete", "with"}
PARAMETER = re.compile(r"%\((\w+)\)s|%%")
PREPARED = "prepared"
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]
NUMBERS = itertools.count()
# The driver deallocates all of them after a rollback.
KNOWN = "select name from pg_prepared_statements where name = %s"


@contextmanager
def generic_plans(url: str) -> Iterator[Engine]:
    """An engine on PostgreSQL whose plans are made without looking at what is asked, when it is asked first.

    Each statement is prepared under a name, so that its plan, which the session keeps, can be looked at later.
    """
    made = make_engine(url)

    @event.listens_for(made, "connect")
    def connect(connection: psycopg.Connection, _entry: object) -> None:
        connection.execute("set plan_cache_mode = force_generic_plan")
        connection.commit()

    @event.listens_for(made, "before_cursor_execute")
    def plan(
        connection: Connection, cursor: psycopg.Cursor[Any], statement: str, parameters: Parameters, *_: object
    ) -> None:
        if _is_planned(statement) and statement not in connection.info.get(PREPARED, {}):
            _explained(connection, cursor, statement, _first(parameters), "explain (format json)")

    yield made
    made.dispose()


def _is_planned(statement: str) -> bool:
    return statement.lstrip().split(" ", 1)[0].lower() in STATEMENTS


def _first(parameters: Parameters) -> Mapping[str, Any]:
    """The parameters; of a statement that is executed for several rows those of the first."""
    if isinstance(parameters, Mapping):
        return parameters
    return parameters[0] if parameters else {}


def _explained(
    connection: Connection, cursor: psycopg.Cursor[Any], statement: str, parameters: Mapping[str, Any], how: str
) -> dict[str, Any]:
    """The plan that the session keeps for a statement. With parameters, EXPLAIN makes one for what is asked instead."""
    prepared: dict[str, tuple[str, list[str]]] = connection.info.setdefault(PREPARED, {})
    with _undone(cursor.connection), psycopg.ClientCursor(cursor.connection) as another:
        if statement not in prepared or not another.execute(KNOWN, [prepared[statement][0]]).fetchone():
            names: list[str] = []
            text_of = PARAMETER.sub(lambda found: _numbered(found, names), statement)
            prepared[statement] = (f"statement_{next(NUMBERS)}", names)
            another.execute(f"prepare {prepared[statement][0]} as {text_of}")
        name, names = prepared[statement]
        given = f"({', '.join(['%s'] * len(names))})" if names else ""
        another.execute(f"{how} execute {name}{given}", [parameters[one] for one in names])
        row = another.fetchone()
    assert row is not None
    plan: dict[str, Any] = row[0][0]["Plan"]
    return plan


@contextmanager
def _undone(connection: psycopg.Connection) -> Iterator[None]:
    """A savepoint that is rolled back, past the driver: it would forget all prepared statements."""
    within = connection.info.transaction_status is not TransactionStatus.IDLE
    connection.pgconn.exec_(b"savepoint explained" if within else b"begin")
    yield
    connection.pgconn.exec_(b"rollback to explained" if within else b"rollback")


def _numbered(found: re.Match[str], names: list[str]) -> str:
    name = found[1]
    if name is None:
        return "%"
    if name not in names:
        names.append(name)
    return f"${names.index(name) + 1}"


def fill(engine: Engine, statements: str, *, analyzed: bool = False, **values: int) -> None:
    """Execute these, separated by semicolons, without checking keys: what is measured later is what statements read.

    Plans are made anew where PostgreSQL gathers statistics afterwards.
    """
    with engine.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        for statement in statements.split(";"):
            connection.execute(text(statement), values)
    if analyzed:
        with engine.begin() as connection:
            connection.execute(text("analyze"))


@contextmanager
def rows_read(engine: Engine, naming: str = "") -> Iterator[list[float]]:
    """How many rows each statement that reads and names this goes through on PostgreSQL, in all tables together."""
    read: list[float] = []

    def explain(
        _connection: Connection,
        cursor: psycopg.Cursor[Any],
        statement: str,
        parameters: Mapping[str, Any],
        _context: object,
        _many: bool,  # noqa: FBT001 - as the driver and SQLAlchemy have it.
    ) -> None:
        if naming in statement and statement.lower().startswith("select"):
            with cursor.connection.cursor() as another:
                another.execute("explain (analyze, format json) " + statement, parameters)
                explained = another.fetchone()
                assert explained is not None
                read.append(rows_of(explained[0][0]["Plan"]))

    event.listen(engine, "before_cursor_execute", explain)
    yield read
    event.remove(engine, "before_cursor_execute", explain)


@contextmanager
def plans_of_each(engine: Engine) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """The plan of each statement, found out just before it is executed and undone."""
    plans: list[tuple[str, dict[str, Any]]] = []

    def explain(
        connection: Connection, cursor: psycopg.Cursor[Any], statement: str, parameters: Parameters, *_: object
    ) -> None:
        if _is_planned(statement):
            how = "explain (analyze, buffers, format json)"
            plans.append((statement, _explained(connection, cursor, statement, _first(parameters), how)))

    event.listen(engine, "before_cursor_execute", explain)
    yield plans
    event.remove(engine, "before_cursor_execute", explain)


@contextmanager
def buffers_of_each(engine: Engine) -> Iterator[list[tuple[str, int]]]:
    """How many blocks each statement reads; known when the block ends."""
    read: list[tuple[str, int]] = []
    with plans_of_each(engine) as plans:
        yield read
    read.extend((statement, blocks_of(plan)) for statement, plan in plans)


def blocks_of(plan: dict[str, Any]) -> int:
    """How many blocks a plan read."""
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def rows_of(plan: dict[str, Any]) -> float:
    """The rows that a plan returns or throws away, with those of the plans in it."""
    counted = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck")
    own = sum(plan.get(name, 0) for name in counted) * plan["Actual Loops"]
    return float(own + sum(rows_of(inner) for inner in plan.get("Plans", ())))


def indexes_of(plan: dict[str, Any]) -> set[str]:
    """The indexes that a plan uses."""
    inner = (indexes_of(one) for one in plan.get("Plans", ()))
    return {plan["Index Name"]}.union(*inner) if "Index Name" in plan else set[str]().union(*inner)
