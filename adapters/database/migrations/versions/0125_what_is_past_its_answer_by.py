"""What is past the moment by which an answer was to be expected is found by indexes of what still waits for one.

Revision ID: 0125
Revises: 0115
"""

import sqlalchemy as sa
from alembic import op

revision = "0125"
down_revision = "0115"
branch_labels = None
depends_on = None

UNANSWERED = "(kept_open or (state <> 'answered' and outcome is null))"


def upgrade() -> None:
    """Bring the schema one revision further."""
    for name, column in (("ix_message_promised", "answer_by"), ("ix_message_promised_anew", "renewed_answer_by")):
        waits = sa.text(f"{column} is not null and {UNANSWERED}")
        op.create_index(name, "message", ["practice", column], postgresql_where=waits, sqlite_where=waits)
