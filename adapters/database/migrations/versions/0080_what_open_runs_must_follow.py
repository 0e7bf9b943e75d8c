"""Changes that open runs of ladders must follow, and absences at whose beginning owned messages have moved.

Revision ID: 0080
Revises: 0051
"""

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0051"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "ladder_change",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("after_at", MOMENT),
        sa.Column("after_id", sa.Uuid()),
        sa.ForeignKeyConstraint(["practice"], ["practice.id"], name=op.f("fk_ladder_change_practice")),
        sa.PrimaryKeyConstraint("practice", "kind", name=op.f("pk_ladder_change")),
    )
    op.add_column("absence", sa.Column("owned_moved_at", MOMENT))
