"""Practices that were deleted, and patients whom a practice has stopped from writing.

Revision ID: 0070
Revises: 0060
"""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.add_column("practice", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("patient", sa.Column("stop_reason", sa.Text(), nullable=True))
    op.add_column("patient", sa.Column("stop_words", sa.Text(), nullable=True))
