"""Which notification carries one that is merged into it.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.add_column("notification", sa.Column("carrier", sa.Uuid(), nullable=True))
