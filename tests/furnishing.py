"""Keeps what a freshly furnished database holds: most tests begin with one of a few practices."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, cast

from psycopg import sql
from sqlalchemy import Connection, Engine, exists, select

from adapters.database.tables import metadata, practice

# The rows of each table that has some, as its driver writes them.
Rows = dict[str, Sequence[Any]]
# By engine and what was asked for: what was added to an empty database, and the hints that were given.
_KEPT: dict[tuple[str, bytes], tuple[Rows, Counter[str]]] = {}


def once(engine: Engine, hints: Counter[str], wanted: bytes, furnish: Callable[[], None]) -> None:
    """Furnish an empty database, or write the rows that the same has led to before in this process."""
    with engine.begin() as connection:
        if connection.scalar(select(exists(select(practice.c.id)))):
            before = None
        elif (kept := _KEPT.get((engine.dialect.name, wanted))) is not None:
            _write(connection, kept[0])
            hints.update(kept[1])
            return
        else:
            before = _read(connection)
    furnish()
    if before is not None:
        with engine.begin() as connection:
            _KEPT[engine.dialect.name, wanted] = _without(_read(connection), before), hints.copy()


def _without(rows: Rows, before: Rows) -> Rows:
    return {table: new for table, found in rows.items() if (new := [row for row in found if row not in before[table]])}


def _read(connection: Connection) -> Rows:
    read = _read_postgres if connection.dialect.name == "postgresql" else _read_sqlite
    with closing(connection.connection.cursor()) as cursor:
        return {table.name: read(cursor, table.name) for table in metadata.sorted_tables}


def _write(connection: Connection, rows: Rows) -> None:
    write = _write_postgres if connection.dialect.name == "postgresql" else _write_sqlite
    with closing(connection.connection.cursor()) as cursor:
        for table, found in rows.items():
            write(cursor, table, found)


def _read_sqlite(cursor: Any, table: str) -> Sequence[Any]:  # noqa: ANN401 - SQLAlchemy doesn't know its driver's.
    return cast("Sequence[Any]", cursor.execute(f'select * from "{table}"').fetchall())  # noqa: S608 - of ours.


def _write_sqlite(cursor: Any, table: str, rows: Sequence[Any]) -> None:  # noqa: ANN401
    places = ", ".join("?" * len(rows[0]))
    cursor.executemany(f'insert into "{table}" values ({places})', rows)  # noqa: S608 - of ours.


def _read_postgres(cursor: Any, table: str) -> Sequence[bytes]:  # noqa: ANN401
    with cursor.copy(sql.SQL("copy {} to stdout").format(sql.Identifier(table))) as copied:
        return [bytes(row) for row in copied]


def _write_postgres(cursor: Any, table: str, rows: Sequence[bytes]) -> None:  # noqa: ANN401
    with cursor.copy(sql.SQL("copy {} from stdin").format(sql.Identifier(table))) as copied:
        copied.write(b"".join(rows))
