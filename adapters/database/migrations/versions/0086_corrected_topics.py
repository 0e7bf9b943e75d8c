"""Corrected topics, when deliveries went to somebody else, and words that the release before can not read.

Revision ID: 0086
Revises: 0085
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.add_column("message", sa.Column("first_to", sa.Text()))
    op.add_column("delivery", sa.Column("because", sa.String()))
    op.add_column("delivery", sa.Column("moved_at", MOMENT))
    op.add_column("hand_over", sa.Column("because", sa.String()))
    op.add_column("event", sa.Column("more", DOCUMENT))
    op.create_table(
        "topic_change",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("conversation", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("patient", sa.String(), nullable=False),
        sa.Column("topic_before", sa.String(), nullable=False),
        sa.Column("topic_after", sa.String(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("message", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.ForeignKeyConstraint(
            ["practice", "conversation"],
            ["conversation.practice", "conversation.id"],
            name=op.f("fk_topic_change_practice_conversation"),
        ),
        sa.ForeignKeyConstraint(
            ["practice", "message"], ["message.practice", "message.id"], name=op.f("fk_topic_change_practice_message")
        ),
        sa.ForeignKeyConstraint(
            ["practice", "staff"], ["staff.practice", "staff.id"], name=op.f("fk_topic_change_practice_staff")
        ),
        sa.PrimaryKeyConstraint("practice", "conversation", "number", name=op.f("pk_topic_change")),
    )
    op.create_index(
        op.f("ix_topic_change_practice_patient_topic_before"), "topic_change", ["practice", "patient", "topic_before"]
    )
