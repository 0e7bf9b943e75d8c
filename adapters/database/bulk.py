"""Many rows in one statement: on PostgreSQL as one JSON document, which costs least for each row on either side.

What is written to several tables one after the other is one statement there, too: each statement is a way to the
server and back. SQLite runs in this process, where a statement for each row costs nothing worth saving.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
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
# Names of columns are taken in an UPDATE: the keys are called otherwise.
KEY = "key_"


@dataclass(frozen=True, slots=True)
class Write:
    """Rows of one table that have the same columns, and the values that all of them `share`.

    Without keys they are inserted; with keys the rows that have them are given the other values.
    """

    table: Table
    rows: Rows
    shared: Mapping[str, Any] = field(default_factory=dict)
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the text of a write depends on."""

    table: Table
    names: tuple[str, ...]
    shared: tuple[str, ...]
    keys: tuple[str, ...]


def write(connection: Connection, writes: Sequence[Write]) -> None:
    """Write all of it. None of the writes may change what another one writes."""
    if connection.dialect.name == "sqlite":
        for one in writes:
            connection.execute(_each(_shape(one)), [_given_key(one, row) for row in one.rows])
        return
    values: dict[str, Any] = {}
    for place, one in enumerate(writes):
        values[_rows_name(place)] = orjson.dumps(one.rows).decode()
        values |= {_shared_name(place, name): value for name, value in one.shared.items()}
    connection.execute(_together(tuple(_shape(one) for one in writes)), values)


def one_of(connection: Connection, column: Column[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """Whether the column has one of these values; on PostgreSQL one parameter, so that the statement stays the same."""
    if connection.dialect.name == "sqlite":
        return column.in_(values)
    return column == any_(bindparam(None, list(values), type_=ARRAY(column.type)))


def among(column: Column[Any], name: str, *, is_sqlite: bool) -> ColumnElement[bool]:
    """The same for a statement that is made once: the values, a list, are the parameter of this name."""
    if is_sqlite:
        return column.in_(bindparam(name, expanding=True))
    return column == any_(bindparam(name, type_=ARRAY(column.type)))


def _shape(one: Write) -> _Shape:
    return _Shape(one.table, tuple(one.rows[0]), tuple(one.shared), one.keys)


@lru_cache(maxsize=200)
def _together(shapes: tuple[_Shape, ...]) -> Insert | Update:
    """One statement: the last of the writes, with the others in its WITH; constraints are checked at its end."""
    *others, last = (_statement(shape, place) for place, shape in enumerate(shapes))
    return last.add_cte(*(one.cte(f"write_{place}") for place, one in enumerate(others)))


def _statement(shape: _Shape, place: int) -> Insert | Update:
    table, source = shape.table, _source(shape, place)
    shared = {name: bindparam(_shared_name(place, name), type_=table.c[name].type) for name in shape.shared}
    if not shape.keys:
        columns = [source.c[name] for name in shape.names]
        return table.insert().from_select([*shape.names, *shared], select(*columns, *shared.values()))
    these = [table.c[name] == source.c[name] for name in shape.keys]
    changed = {name: source.c[name] for name in shape.names if name not in shape.keys}
    return table.update().where(*these).values(changed | shared)


def _source(shape: _Shape, place: int) -> TableValuedAlias:
    rows = sql_cast(bindparam(_rows_name(place), type_=Text()), JSON)
    columns = [cast("Any", named(name, shape.table.c[name].type)) for name in shape.names]
    return func.json_to_recordset(rows).table_valued(*columns, name=_rows_name(place)).render_derived(with_types=True)


def _rows_name(place: int) -> str:
    return f"rows_{place}"


def _shared_name(place: int, name: str) -> str:
    return f"shared_{place}_{name}"


@lru_cache(maxsize=200)
def _each(shape: _Shape) -> Insert | Update:
    if not shape.keys:
        return shape.table.insert()
    these = [shape.table.c[name] == bindparam(KEY + name) for name in shape.keys]
    changed = [name for name in (*shape.names, *shape.shared) if name not in shape.keys]
    return shape.table.update().where(*these).values({name: bindparam(name) for name in changed})


def _given_key(one: Write, row: Mapping[str, Any]) -> dict[str, Any]:
    return {KEY + name if name in one.keys else name: value for name, value in row.items()} | dict(one.shared)
