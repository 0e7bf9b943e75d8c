"""Notifications to staff about hand-overs and about what is overdue, and when each of the staff was last told.

Revision ID: 0081
Revises: 0080
"""

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "staff_notice",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("notification", sa.Uuid(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("message", sa.Uuid()),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "message"], ["message.practice", "message.id"], name=op.f("fk_staff_notice_practice_message")
        ),
        sa.ForeignKeyConstraint(
            ["practice", "notification"],
            ["notification.practice", "notification.id"],
            name=op.f("fk_staff_notice_practice_notification"),
        ),
        sa.ForeignKeyConstraint(
            ["practice", "staff"], ["staff.practice", "staff.id"], name=op.f("fk_staff_notice_practice_staff")
        ),
        sa.PrimaryKeyConstraint("practice", "notification", name=op.f("pk_staff_notice")),
    )
    op.create_table(
        "last_told",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("notification", sa.Uuid()),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "staff"], ["staff.practice", "staff.id"], name=op.f("fk_last_told_practice_staff")
        ),
        sa.PrimaryKeyConstraint("practice", "staff", "kind", name=op.f("pk_last_told")),
    )
