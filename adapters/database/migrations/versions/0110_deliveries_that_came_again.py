"""When a delivery that came again came first, and from when its holder's time counts.

Revision ID: 0110
Revises: 0087
"""

import sqlalchemy as sa
from alembic import op

revision = "0110"
down_revision = "0087"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.add_column("delivery", sa.Column("first_received_at", sa.DateTime(timezone=True)))
    op.add_column("delivery", sa.Column("counted_from", sa.DateTime(timezone=True)))
