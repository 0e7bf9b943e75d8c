"""Many rows in one statement: on PostgreSQL as one JSON document, which costs least for each row on either side.

SQLite runs in this process, where a statement for each row costs nothing worth saving.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

import orjson
from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Insert,
    Table,
    TableValuedAlias,
    Text,
    Update,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy import column as named
from sqlalchemy.dialects.postgresql import ARRAY

Rows = Sequence[Mapping[str, Any]]
GIVEN = "given"
# Names of columns are taken in an UPDATE: the keys are called otherwise.
KEY = "key_"


def insert(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert rows that have the same columns; no rows, no statement."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(table.insert(), rows)
        return
    names = tuple(rows[0])
    connection.execute(_insertion(table, names), {GIVEN: _document(rows)})


def update(connection: Connection, table: Table, keys: tuple[str, ...], rows: Rows) -> None:
    """Give the rows with these keys the other values that stand beside them; no rows, no statement."""
    if not rows:
        return
    names = tuple(rows[0])
    changed = tuple(name for name in names if name not in keys)
    if connection.dialect.name == "sqlite":
        prefixed = [{KEY + name if name in keys else name: value for name, value in row.items()} for row in rows]
        connection.execute(_update_each(table, keys, changed), prefixed)
        return
    connection.execute(_update_all(table, keys, changed), {GIVEN: _document(rows)})


def one_of(connection: Connection, column: Column[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """Whether the column has one of these values; on PostgreSQL one parameter, so that the statement stays the same."""
    if connection.dialect.name == "sqlite":
        return column.in_(values)
    return column == any_(bindparam(None, list(values), type_=ARRAY(column.type)))


@lru_cache(maxsize=200)
def _insertion(table: Table, names: tuple[str, ...]) -> Insert:
    source = _given(table, names)
    return table.insert().from_select(list(names), select(*(source.c[name] for name in names)))


@lru_cache(maxsize=200)
def _update_all(table: Table, keys: tuple[str, ...], changed: tuple[str, ...]) -> Update:
    source = _given(table, (*keys, *changed))
    these = [table.c[name] == source.c[name] for name in keys]
    return table.update().where(*these).values({name: source.c[name] for name in changed})


@lru_cache(maxsize=200)
def _update_each(table: Table, keys: tuple[str, ...], changed: tuple[str, ...]) -> Update:
    these = [table.c[name] == bindparam(KEY + name) for name in keys]
    return table.update().where(*these).values({name: bindparam(name) for name in changed})


def _given(table: Table, names: tuple[str, ...]) -> TableValuedAlias:
    rows = sql_cast(bindparam(GIVEN, type_=Text()), JSON)
    columns = [cast("Any", named(name, table.c[name].type)) for name in names]
    return func.json_to_recordset(rows).table_valued(*columns, name=GIVEN).render_derived(with_types=True)


def _document(rows: Rows) -> str:
    return orjson.dumps(rows).decode()
