"""Urgent messages: the priority of each, why, what became of it, and which phrases marked it.

Revision ID: 0085
Revises: 0101
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0085"
down_revision = "0101"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
URGENT = sa.text("urgent_since is not null")


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.add_column("message", sa.Column("priority", sa.String(), nullable=False, server_default="routine"))
    op.add_column("message", sa.Column("urgent_since", MOMENT))
    op.add_column("message", sa.Column("urgency", DOCUMENT))
    op.add_column("message", sa.Column("accepted_with", DOCUMENT))
    op.create_index(
        "ix_message_urgent",
        "message",
        ["practice", "urgent_since"],
        postgresql_where=URGENT,
        sqlite_where=URGENT,
    )
    _changes()
    _marks()


def _changes() -> None:
    op.create_table(
        "priority_change",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("message", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("staff", sa.String()),
        sa.Column("red_flag_group", sa.String()),
        sa.Column("reason", sa.String()),
        sa.ForeignKeyConstraint(
            ["practice", "message"],
            ["message.practice", "message.id"],
            name=op.f("fk_priority_change_practice_message"),
        ),
        sa.ForeignKeyConstraint(
            ["practice", "staff"], ["staff.practice", "staff.id"], name=op.f("fk_priority_change_practice_staff")
        ),
        sa.PrimaryKeyConstraint("practice", "message", "number", name=op.f("pk_priority_change")),
    )


def _marks() -> None:
    op.create_table(
        "red_flag_mark",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("message", sa.Uuid(), nullable=False),
        sa.Column("red_flag_group", sa.String(), nullable=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("lowered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "message"], ["message.practice", "message.id"], name=op.f("fk_red_flag_mark_practice_message")
        ),
        sa.PrimaryKeyConstraint("practice", "message", "red_flag_group", "phrase", name=op.f("pk_red_flag_mark")),
    )
    op.create_index(op.f("ix_red_flag_mark_practice_at"), "red_flag_mark", ["practice", "at"])
