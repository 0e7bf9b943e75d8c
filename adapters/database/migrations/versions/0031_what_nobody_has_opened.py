"""What was delivered and nobody has opened, by the moment when it came.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

unopened = sa.text("state = 'delivered'")


def upgrade() -> None:
    """Bring the schema one revision further."""
    columns = ["practice", "accepted_at"]
    op.create_index("ix_message_unopened", "message", columns, postgresql_where=unopened, sqlite_where=unopened)
