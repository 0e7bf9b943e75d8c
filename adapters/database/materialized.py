"""Parts of a statement that are found by themselves, before the rest of it is."""

from typing import Any

from sqlalchemy import CTE, Select


def found_by_itself(wanted: Select[Any], name: str) -> CTE:
    """This as a part of a statement that SQLite and PostgreSQL don't merge into the rest.

    Merged, PostgreSQL may choose another way once it has statistics: all rows of a practice in the order of their key
    until some fit, for few that an index leads to.
    """
    return wanted.cte(name).prefix_with("MATERIALIZED")
