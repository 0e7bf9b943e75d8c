"""What staff have put off.

Revision ID: 0092
Revises: 0091
"""

import sqlalchemy as sa
from alembic import op

revision = "0092"
down_revision = "0091"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "snooze",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("delivery", sa.Uuid(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "delivery"], ["delivery.practice", "delivery.id"], name=op.f("fk_snooze_practice_delivery")
        ),
        sa.PrimaryKeyConstraint("practice", "delivery", name=op.f("pk_snooze")),
    )
    op.create_index(op.f("ix_snooze_practice_staff_until"), "snooze", ["practice", "staff", "until"])
