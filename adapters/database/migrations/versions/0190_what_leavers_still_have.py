"""Practices in which messages of people who have left are still to be routed again, and how far that is.

Revision ID: 0190
Revises: 0170
"""

import sqlalchemy as sa
from alembic import op

revision = "0190"
down_revision = "0170"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "leaver_return",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("after", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("practice", name=op.f("pk_leaver_return")),
        sa.ForeignKeyConstraint(["practice"], ["practice.id"], name=op.f("fk_leaver_return_practice")),
    )
