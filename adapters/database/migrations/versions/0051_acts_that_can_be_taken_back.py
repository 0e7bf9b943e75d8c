"""Acts on deliveries that can be taken back, and forwards that were.

Revision ID: 0051
Revises: 0050
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

document = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "undoable",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("delivery", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("changed", document, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "delivery"], ["delivery.practice", "delivery.id"], name=op.f("fk_undoable_practice_delivery")
        ),
        sa.PrimaryKeyConstraint("practice", "delivery", name=op.f("pk_undoable")),
    )
    op.create_index(op.f("ix_undoable_at"), "undoable", ["at"])
    op.add_column("hand_over", sa.Column("taken_back_at", moment, nullable=True))
