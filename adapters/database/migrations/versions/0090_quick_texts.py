"""Texts that staff insert into replies.

Revision ID: 0090
Revises: 0081
"""

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision = "0081"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "quick_text",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "owner"], ["staff.practice", "staff.id"], name=op.f("fk_quick_text_practice_owner")
        ),
        sa.PrimaryKeyConstraint("practice", "id", name=op.f("pk_quick_text")),
    )
    op.create_index(op.f("ix_quick_text_practice_owner"), "quick_text", ["practice", "owner"])
