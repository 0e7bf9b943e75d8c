"""Rows that take the place of others, many in one statement: on PostgreSQL as one JSON document, as in `bulk`."""

from functools import lru_cache
from typing import Any, cast

import orjson
from sqlalchemy import JSON, Connection, Delete, FromClause, Insert, Table, Text, bindparam, func, select
from sqlalchemy import cast as sql_cast
from sqlalchemy import column as named
from sqlalchemy.dialects import postgresql, sqlite

from adapters.database.bulk import KEY_PREFIX, Rows

GIVEN = "given"


def replace(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert rows, in place of those that have their primary keys."""
    names = tuple(rows[0])
    if connection.dialect.name == "sqlite":
        connection.execute(_replacing(table, names, sqlite.insert(table)), rows)
        return
    connection.execute(_replaced_together(table, names), {GIVEN: orjson.dumps(rows).decode()})


def delete(connection: Connection, table: Table, rows: Rows) -> None:
    """Delete the rows that have these values."""
    names = tuple(rows[0])
    if connection.dialect.name == "sqlite":
        these = [table.c[name] == bindparam(KEY_PREFIX + name) for name in names]
        keys = [{KEY_PREFIX + name: row[name] for name in names} for row in rows]
        connection.execute(table.delete().where(*these), keys)
        return
    connection.execute(_deleted_together(table, names), {GIVEN: orjson.dumps(rows).decode()})


@lru_cache(maxsize=50)
def _replaced_together(table: Table, names: tuple[str, ...]) -> Insert:
    given = _given(table, names)
    inserted = postgresql.insert(table).from_select(names, select(*(given.c[name] for name in names)))
    return _replacing(table, names, inserted)


def _replacing(table: Table, names: tuple[str, ...], inserted: Any) -> Insert:  # noqa: ANN401 - of either dialect.
    keys = [column.name for column in table.primary_key]
    changed = {name: inserted.excluded[name] for name in names if name not in keys}
    return cast("Insert", inserted.on_conflict_do_update(index_elements=keys, set_=changed))


@lru_cache(maxsize=50)
def _deleted_together(table: Table, names: tuple[str, ...]) -> Delete:
    given = _given(table, names)
    return table.delete().where(*(table.c[name] == given.c[name] for name in names))


def _given(table: Table, names: tuple[str, ...]) -> FromClause:
    """The rows of a document that have these columns."""
    columns = [cast("Any", named(name, table.c[name].type)) for name in names]
    rows = func.json_to_recordset(sql_cast(bindparam(GIVEN, type_=Text()), JSON)).table_valued(*columns, name=GIVEN)
    return rows.render_derived(with_types=True)
