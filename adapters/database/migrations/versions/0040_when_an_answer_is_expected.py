"""By when patients were told to expect an answer, and how a message was finished without one.

Revision ID: 0040
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0031"
branch_labels = None
depends_on = None

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.add_column("message", sa.Column("answer_by", moment, nullable=True))
    op.add_column("message", sa.Column("renewed_answer_by", moment, nullable=True))
    op.add_column("message", sa.Column("kept_open", sa.Boolean(), nullable=True))
    op.add_column("message", sa.Column("outcome", sa.String(), nullable=True))
    op.add_column("message", sa.Column("outcome_at", moment, nullable=True))
