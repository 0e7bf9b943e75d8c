"""Runs of ladders that nothing would look at again, whether or not somebody was told of them.

Revision ID: 0210
Revises: 0200
"""

import sqlalchemy as sa
from alembic import op

revision = "0210"
down_revision = "0200"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one revision further."""
    holds = sa.text("ended_at is null and due_at is null")
    columns = ["practice", "message"]
    op.create_index("ix_ladder_run_not_due", "ladder_run", columns, postgresql_where=holds, sqlite_where=holds)
