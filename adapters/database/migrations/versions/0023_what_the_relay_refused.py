"""What the mail relay refused since it last took an email.

Revision ID: 0023
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "relay_refusal",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["practice"], ["practice.id"], name=op.f("fk_relay_refusal_practice")),
        sa.PrimaryKeyConstraint("practice", "address", name=op.f("pk_relay_refusal")),
    )
