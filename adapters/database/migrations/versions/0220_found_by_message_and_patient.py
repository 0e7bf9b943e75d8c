"""Notices by their message, and sessions and portal links by their patient.

Revision ID: 0220
Revises: 0210
"""

import sqlalchemy as sa
from alembic import op

revision = "0220"
down_revision = "0210"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one revision further."""
    about = sa.text("message is not null")
    columns = ["practice", "message"]
    op.create_index("ix_staff_notice_message", "staff_notice", columns, postgresql_where=about, sqlite_where=about)
    for table in ("session", "portal_link"):
        op.create_index(f"ix_{table}_practice_patient", table, ["practice", "patient"])
