"""What patients and authorized users chose about emails.

Revision ID: 0130
Revises: 0120
"""

import sqlalchemy as sa
from alembic import op

revision = "0130"
down_revision = "0120"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "email_choice",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("patient", sa.String(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "patient"], ["patient.practice", "patient.id"], name=op.f("fk_email_choice_practice_patient")
        ),
        sa.PrimaryKeyConstraint("practice", "patient", "reader", name=op.f("pk_email_choice")),
    )
