"""Charts that were merged into another one, and until when somebody may act for a patient.

Revision ID: 0020
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0010"
branch_labels = None
depends_on = None

merged = sa.text("replaced_by is not null")


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.add_column("patient", sa.Column("replaced_by", sa.String(), nullable=True))
    op.add_column("authorized_user", sa.Column("until", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        op.f("ix_patient_practice_replaced_by"),
        "patient",
        ["practice", "replaced_by"],
        postgresql_where=merged,
        sqlite_where=merged,
    )
