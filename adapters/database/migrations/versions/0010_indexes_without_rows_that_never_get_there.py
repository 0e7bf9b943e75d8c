"""Indexes that leave out rows which have nothing to be found by: each entry costs as much as one of the primary key.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

leased = sa.text("state = 'leased'")


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.drop_index("ix_notification_token", "notification")
    op.create_index("ix_notification_token", "notification", ["token"], postgresql_where=leased, sqlite_where=leased)
    if op.get_bind().dialect.name == "sqlite":
        # It can't replace a constraint but by writing the whole table anew.
        return
    _unique_where("notification", "reply is not null", "practice", "reply", "reader")
    _unique_where("event", "number is not null", "practice", "number")


def _unique_where(table: str, condition: str, *columns: str) -> None:
    """Put an index over some rows in the place of a constraint over all."""
    name = "_".join((table, *columns))
    where = sa.text(condition)
    op.create_index(op.f(f"ix_{name}"), table, columns, unique=True, postgresql_where=where)
    op.drop_constraint(op.f(f"uq_{name}"), table, type_="unique")
