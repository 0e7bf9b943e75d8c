"""Answers, hand-overs and what frontends are told.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "event",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("patient", sa.String(), nullable=False),
        sa.Column("conversation", sa.Uuid(), nullable=False),
        sa.Column("message", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice", "conversation"],
            ["conversation.practice", "conversation.id"],
            name=op.f("fk_event_practice_conversation"),
        ),
        sa.PrimaryKeyConstraint("practice", "id", name=op.f("pk_event")),
        sa.UniqueConstraint("practice", "number", name=op.f("uq_event_practice_number")),
    )
    op.create_index(
        "ix_event_unnumbered",
        "event",
        ["practice", "at", "id"],
        unique=False,
        postgresql_where=sa.text("number is null"),
        sqlite_where=sa.text("number is null"),
    )

    op.create_table(
        "read_mark",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("conversation", sa.Uuid(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("read_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "conversation"],
            ["conversation.practice", "conversation.id"],
            name=op.f("fk_read_mark_practice_conversation"),
        ),
        sa.PrimaryKeyConstraint("practice", "conversation", "reader", name=op.f("pk_read_mark")),
    )
    op.create_table(
        "hand_over",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message", sa.Uuid(), nullable=False),
        sa.Column("giver", sa.String(), nullable=False),
        sa.Column("taker", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("whole_conversation", sa.Boolean(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=True),
        sa.Column("handed_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "giver"], ["staff.practice", "staff.id"], name=op.f("fk_hand_over_practice_giver")
        ),
        sa.ForeignKeyConstraint(
            ["practice", "message"], ["message.practice", "message.id"], name=op.f("fk_hand_over_practice_message")
        ),
        sa.ForeignKeyConstraint(
            ["practice", "taker"], ["staff.practice", "staff.id"], name=op.f("fk_hand_over_practice_taker")
        ),
        sa.PrimaryKeyConstraint("practice", "id", name=op.f("pk_hand_over")),
        sa.UniqueConstraint("practice", "idempotency_key", name=op.f("uq_hand_over_practice_idempotency_key")),
    )
    op.create_index(op.f("ix_hand_over_practice_message"), "hand_over", ["practice", "message"], unique=False)

    op.create_table(
        "reply",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation", sa.Uuid(), nullable=False),
        sa.Column("delivery", sa.Uuid(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("shown_as", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("replied_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "author"], ["staff.practice", "staff.id"], name=op.f("fk_reply_practice_author")
        ),
        sa.ForeignKeyConstraint(
            ["practice", "conversation"],
            ["conversation.practice", "conversation.id"],
            name=op.f("fk_reply_practice_conversation"),
        ),
        sa.ForeignKeyConstraint(
            ["practice", "delivery"], ["delivery.practice", "delivery.id"], name=op.f("fk_reply_practice_delivery")
        ),
        sa.PrimaryKeyConstraint("practice", "id", name=op.f("pk_reply")),
        sa.UniqueConstraint("practice", "idempotency_key", name=op.f("uq_reply_practice_idempotency_key")),
    )
    op.create_index(
        op.f("ix_reply_practice_conversation_replied_at"),
        "reply",
        ["practice", "conversation", "replied_at"],
        unique=False,
    )
