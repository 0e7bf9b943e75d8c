"""Notifications and their attempts.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "notification",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery", sa.Uuid(), nullable=True),
        sa.Column("reply", sa.Uuid(), nullable=True),
        sa.Column("reader", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("token", sa.Uuid(), nullable=True),
        sa.Column("deferrals", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "delivery"],
            ["delivery.practice", "delivery.id"],
            name=op.f("fk_notification_practice_delivery"),
        ),
        sa.ForeignKeyConstraint(
            ["practice", "reply"], ["reply.practice", "reply.id"], name=op.f("fk_notification_practice_reply")
        ),
        sa.PrimaryKeyConstraint("practice", "id", name=op.f("pk_notification")),
        sa.UniqueConstraint("practice", "delivery", name=op.f("uq_notification_practice_delivery")),
        sa.UniqueConstraint("practice", "reply", "reader", name=op.f("uq_notification_practice_reply_reader")),
    )
    op.create_index(
        "ix_notification_due",
        "notification",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state in ('due', 'leased')"),
        sqlite_where=sa.text("state in ('due', 'leased')"),
    )
    op.create_index(
        "ix_notification_parked",
        "notification",
        ["practice", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'parked'"),
        sqlite_where=sa.text("state = 'parked'"),
    )
    op.create_index(
        "ix_notification_token",
        "notification",
        ["token"],
        unique=False,
        postgresql_where=sa.text("state in ('due', 'leased')"),
        sqlite_where=sa.text("state in ('due', 'leased')"),
    )

    op.create_table(
        "attempt",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("notification", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "notification"],
            ["notification.practice", "notification.id"],
            name=op.f("fk_attempt_practice_notification"),
        ),
        sa.PrimaryKeyConstraint("practice", "notification", "number", name=op.f("pk_attempt")),
    )
