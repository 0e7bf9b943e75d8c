"""Conversation, site and time of each delivery's message, and which messages are urgent, for lists that ask for them.

Revision ID: 0160
Revises: 0150
"""

import sqlalchemy as sa
from alembic import op

revision = "0160"
down_revision = "0150"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.add_column("delivery", sa.Column("conversation", sa.Uuid()))
    op.add_column("delivery", sa.Column("site", sa.String()))
    op.add_column("delivery", sa.Column("written_at", sa.DateTime(timezone=True)))
    urgent = sa.text("priority = 'urgent'")
    op.create_index(
        "ix_message_of_urgency", "message", ["practice", "id"], postgresql_where=urgent, sqlite_where=urgent
    )
