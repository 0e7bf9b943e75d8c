"""Runs of the ladder of urgent messages.

Revision ID: 0087
Revises: 0086
"""

import sqlalchemy as sa
from alembic import op

revision = "0087"
down_revision = "0086"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.add_column("ladder_run", sa.Column("urgent", sa.Boolean()))
    op.add_column("ladder_run", sa.Column("on_clock", sa.Boolean()))
