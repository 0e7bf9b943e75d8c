"""How often red flags were tried out on a day.

Revision ID: 0115
Revises: 0130
"""

import sqlalchemy as sa
from alembic import op

revision = "0115"
down_revision = "0130"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "red_flag_trial",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["practice"], ["practice.id"], name=op.f("fk_red_flag_trial_practice")),
        sa.PrimaryKeyConstraint("practice", "day", name=op.f("pk_red_flag_trial")),
    )
