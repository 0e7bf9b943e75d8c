"""The fingerprint of the secret of the process that started last, so that one with another secret is noticed.

Revision ID: 0150
Revises: 0140
"""

import sqlalchemy as sa
from alembic import op

revision = "0150"
down_revision = "0140"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "secret_in_use",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secret_in_use")),
    )
