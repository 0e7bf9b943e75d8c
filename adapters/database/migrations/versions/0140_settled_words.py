"""Up to which message no other can be stored any more, so that a search needn't look for what the sweep passed over.

Revision ID: 0140
Revises: 0125
"""

import sqlalchemy as sa
from alembic import op

revision = "0140"
down_revision = "0125"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.add_column("search_mark", sa.Column("settled", sa.Uuid()))
