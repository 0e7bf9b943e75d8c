"""What colleagues write to each other about a conversation, and whom a note gave the message.

Revision ID: 0091
Revises: 0090
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
REFERENCES = (("conversation", "conversation"), ("delivery", "delivery"), ("staff", "author"))


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "staff_note",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation", sa.Uuid(), nullable=False),
        sa.Column("delivery", sa.Uuid(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("mentions", DOCUMENT, nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["practice", column],
                [f"{table}.practice", f"{table}.id"],
                name=op.f(f"fk_staff_note_practice_{column}"),
            )
            for table, column in REFERENCES
        ),
        sa.PrimaryKeyConstraint("practice", "id", name=op.f("pk_staff_note")),
        sa.UniqueConstraint("practice", "idempotency_key", name=op.f("uq_staff_note_practice_idempotency_key")),
    )
    op.create_index(
        op.f("ix_staff_note_practice_conversation_noted_at"), "staff_note", ["practice", "conversation", "noted_at"]
    )
    op.add_column("hand_over", sa.Column("mention", sa.Boolean(), nullable=True))
