"""The conversation of each delivery, so that lists of a topic or a site needn't look up its message.

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
