"""The words by which staff find replies.

Revision ID: 0120
Revises: 0110
"""

import sqlalchemy as sa
from alembic import op

revision = "0120"
down_revision = "0110"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "search_reply",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("conversation", sa.Uuid(), nullable=False),
        sa.Column("reply", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "conversation"],
            ["conversation.practice", "conversation.id"],
            name=op.f("fk_search_reply_practice_conversation"),
        ),
        sa.ForeignKeyConstraint(
            ["practice", "reply"], ["reply.practice", "reply.id"], name=op.f("fk_search_reply_practice_reply")
        ),
        sa.PrimaryKeyConstraint("practice", "conversation", "reply", name=op.f("pk_search_reply")),
    )
    op.create_table(
        "search_reply_mark",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("reply", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("practice", name=op.f("pk_search_reply_mark")),
    )
