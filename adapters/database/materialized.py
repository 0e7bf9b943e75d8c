"""Parts of a statement that are found by themselves, and what is looked up for each row of it."""

from typing import Any

from sqlalchemy import CTE, ColumnElement, Select


def found_by_itself(wanted: Select[Any], name: str) -> CTE:
    """This as a part of a statement that SQLite and PostgreSQL don't merge into the rest.

    Merged, PostgreSQL may choose another way once it has statistics: all rows of a practice in the order of their key
    until some fit, for few that an index leads to.
    """
    return wanted.cte(name).prefix_with("MATERIALIZED")


def looked_up(wanted: Select[Any]) -> ColumnElement[bool]:
    """Whether there is such a row, which is looked up for each row of the statement around it.

    PostgreSQL doesn't turn it into a join because it has an offset, be it none. Joined, all that could be looked up may
    be read for a few rows.
    """
    return wanted.offset(0).exists()
