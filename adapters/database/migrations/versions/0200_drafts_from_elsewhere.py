"""What the same person wrote about a message on another page, and which page saved a draft.

Revision ID: 0200
Revises: 0190
"""

import sqlalchemy as sa
from alembic import op

revision = "0200"
down_revision = "0190"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.add_column("staff_draft", sa.Column("idempotency_key", sa.String(), nullable=True))
    op.add_column("staff_draft", sa.Column("other_body", sa.Text(), nullable=True))
    op.add_column("staff_draft", sa.Column("other_saved_at", sa.DateTime(timezone=True), nullable=True))
