"""The words by which staff find messages.

Revision ID: 0093
Revises: 0092
"""

import sqlalchemy as sa
from alembic import op

revision = "0093"
down_revision = "0092"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "search_text",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("message", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "message"], ["message.practice", "message.id"], name=op.f("fk_search_text_practice_message")
        ),
        sa.PrimaryKeyConstraint("practice", "message", name=op.f("pk_search_text")),
    )
    op.create_table(
        "search_mark",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("message", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("practice", name=op.f("pk_search_mark")),
    )
