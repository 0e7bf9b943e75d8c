"""What staff have begun to write and not sent.

Revision ID: 0050
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "staff_draft",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("delivery", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "delivery"],
            ["delivery.practice", "delivery.id"],
            name=op.f("fk_staff_draft_practice_delivery"),
        ),
        sa.PrimaryKeyConstraint("practice", "delivery", "kind", name=op.f("pk_staff_draft")),
    )
    op.create_index(op.f("ix_staff_draft_saved_at"), "staff_draft", ["saved_at"])
