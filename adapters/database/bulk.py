"""Many rows in one statement: on PostgreSQL as one JSON document, which costs least for each row on either side.

What is written to several tables one after the other is one statement there, too: each statement is a round trip to
the server. SQLite runs in this process, where a statement for each row costs nothing worth saving.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

import orjson
from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Insert,
    Table,
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

from adapters.database.transitions import Sources, is_in
from router.errors import IllegalTransitionError

Rows = Sequence[dict[str, Any]]
# Names of columns are taken in an UPDATE: the keys are called otherwise.
KEY_PREFIX = "key_"
# Taking the lists of a row apart costs PostgreSQL as much as this many rows without lists.
LISTS_COST_ROWS = 3


@dataclass(frozen=True, slots=True)
class Target:
    """A table that rows are written to.

    All of them have the `shared` values. `columns` says which value of a row each column takes, unless they are named
    alike.
    """

    table: Table
    shared: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, str] | None = None

    def taken(self, rows: Rows) -> Mapping[str, str]:
        """The columns, each with the name that its values have in the rows."""
        return self.columns or {name: name for name in rows[0]}


@dataclass(frozen=True, slots=True)
class Write:
    """Rows that have the same columns, which travel once, to however many tables they are written.

    Without keys they are inserted; with keys the rows of the one target that have them, and are in one of the states
    `sources` if there are any, are given the other values. Rows that differ in little travel as one: the values that
    `lists` names are then lists, of one length in a row, and it stands for as many rows.
    """

    rows: Rows
    targets: tuple[Target, ...]
    keys: tuple[str, ...] = ()
    sources: Sources = ()
    lists: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many rows are written to each target."""
        return sum(len(row[self.lists[0]]) for row in self.rows) if self.lists else len(self.rows)

    def each(self) -> Rows:
        """The rows, each by itself."""
        if not self.lists:
            return self.rows
        return [
            row | dict(zip(self.lists, values, strict=True))
            for row in self.rows
            for values in zip(*(row[name] for name in self.lists), strict=True)
        ]

    def shapes(self, document: int, lists: tuple[str, ...]) -> Iterator["_Shape"]:
        """What the text of each of its statements depends on."""
        for target in self.targets:
            taken = tuple(target.taken(self.rows).items())
            yield _Shape(target.table, taken, tuple(target.shared), self.keys, self.sources, lists, document)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the text of a write to one table depends on."""

    table: Table
    taken: tuple[tuple[str, str], ...]
    shared: tuple[str, ...]
    keys: tuple[str, ...]
    sources: Sources
    lists: tuple[str, ...]
    # The number of the document that brings the rows.
    document: int


def write(connection: Connection, writes: Sequence[Write]) -> None:
    """Write all of it. None of the writes may change what another one writes, and at most one of them has keys.

    Raises IllegalTransitionError when fewer rows than given had the keys and were in one of the states.
    """
    if connection.dialect.name == "sqlite":
        for every in writes:
            for shape, target in zip(every.shapes(0, ()), every.targets, strict=True):
                _check(every, connection.execute(_each(shape), _by_column(every, target)).rowcount)
        return
    # The last statement is the one whose rows the server counts.
    ordered = sorted(writes, key=lambda every: bool(every.keys))
    values: dict[str, Any] = {}
    shapes: list[_Shape] = []
    for document, every in enumerate(ordered):
        # Lists that hardly any rows share are taken apart here, as it is cheaper.
        lists = every.lists if every.count > LISTS_COST_ROWS * len(every.rows) else ()
        values[_rows_name(document)] = orjson.dumps(every.rows if lists else every.each()).decode()
        for place, target in enumerate(every.targets, start=len(shapes)):
            values |= {_shared_name(place, name): value for name, value in target.shared.items()}
        shapes += every.shapes(document, lists)
    _check(ordered[-1], connection.execute(_together(tuple(shapes)), values).rowcount)


def _check(written: Write, rows: int) -> None:
    if written.keys and rows != written.count:
        table = written.targets[0].table.name
        raise IllegalTransitionError(f"{written.count} rows of {table} were to be changed, {rows} could be")


def one_of(column: Column[Any], values: Collection[Any], *, is_sqlite: bool) -> ColumnElement[bool]:
    """Whether the column has one of these values; on PostgreSQL one parameter, so that the statement stays the same."""
    if is_sqlite:
        return column.in_(values)
    return column == any_(bindparam(None, list(values), type_=ARRAY(column.type)))


def among(column: Column[Any], name: str, *, is_sqlite: bool) -> ColumnElement[bool]:
    """The same for a statement that is made once: the values, a list, are the parameter of this name."""
    if is_sqlite:
        return column.in_(bindparam(name, expanding=True))
    return column == any_(bindparam(name, type_=ARRAY(column.type)))


@lru_cache(maxsize=200)
def _together(shapes: tuple[_Shape, ...]) -> Insert | Update:
    """One statement: the last of the writes, with the others in its WITH; constraints are checked at its end."""
    sources = {document: _source(shapes, document) for document in {shape.document for shape in shapes}}
    *others, last = (_statement(shape, place, sources[shape.document]) for place, shape in enumerate(shapes))
    return last.add_cte(*(one.cte(f"write_{place}") for place, one in enumerate(others)))


def _statement(shape: _Shape, place: int, source: FromClause) -> Insert | Update:
    table = shape.table
    taken = {column: source.c[name] for column, name in shape.taken}
    shared = {name: bindparam(_shared_name(place, name), type_=table.c[name].type) for name in shape.shared}
    if not shape.keys:
        return table.insert().from_select([*taken, *shared], select(*taken.values(), *shared.values()))
    these = [table.c[column] == taken.pop(column) for column in shape.keys]
    if shape.sources:
        these.append(is_in(table, shape.sources))
    return table.update().where(*these).values(taken | shared)


def _source(shapes: Sequence[_Shape], document: int) -> FromClause:
    """The rows of a document, taken apart once, however many of the writes take them."""
    takers = [shape for shape in shapes if shape.document == document]
    types = {name: shape.table.c[column].type for shape in takers for column, name in shape.taken}
    lists = [name for name in takers[0].lists if name in types]
    columns = [cast("Any", named(name, ARRAY(kind) if name in lists else kind)) for name, kind in types.items()]
    document_given = sql_cast(bindparam(_rows_name(document), type_=Text()), JSON)
    rows = func.json_to_recordset(document_given).table_valued(*columns, name=_rows_name(document))
    rows = rows.render_derived(with_types=True)
    if not lists and len(takers) == 1:
        return rows
    # Sets in a SELECT advance together, and are not materialised as they would be in its FROM.
    each = (
        func.unnest(rows.c[name], type_=types[name]).label(name) if name in lists else rows.c[name] for name in types
    )
    return select(*each).cte(f"taken_apart_{document}")


def _rows_name(document: int) -> str:
    return f"rows_{document}"


def _shared_name(place: int, name: str) -> str:
    return f"shared_{place}_{name}"


@lru_cache(maxsize=200)
def _each(shape: _Shape) -> Insert | Update:
    if not shape.keys:
        return shape.table.insert()
    these = [shape.table.c[name] == bindparam(KEY_PREFIX + name) for name in shape.keys]
    if shape.sources:
        these.append(is_in(shape.table, shape.sources))
    changed = [name for name in (*dict(shape.taken), *shape.shared) if name not in shape.keys]
    return shape.table.update().where(*these).values({name: bindparam(name) for name in changed})


def _by_column(every: Write, target: Target) -> list[dict[str, Any]]:
    taken = target.taken(every.rows).items()
    names = {KEY_PREFIX + column if column in every.keys else column: name for column, name in taken}
    return [{column: row[name] for column, name in names.items()} | dict(target.shared) for row in every.each()]
