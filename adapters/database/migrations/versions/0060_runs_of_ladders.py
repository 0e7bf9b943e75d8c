"""Runs of ladders, what their steps did and whom they told, and when somebody opened a message.

Revision ID: 0060
Revises: 0044
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0060"
down_revision = "0044"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
ALERTED = sa.text("alerted_at is not null and ended_at is null")


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.add_column("delivery", sa.Column("opened_at", MOMENT))
    _runs()
    _steps()
    _notices()


def _runs() -> None:
    op.create_table(
        "ladder_run",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("message", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("clock", MOMENT, nullable=False),
        sa.Column("steps", DOCUMENT, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("due_do", sa.String()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", MOMENT),
        sa.Column("alerted_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("ended_by", sa.String()),
        sa.ForeignKeyConstraint(
            ["practice", "message"], ["message.practice", "message.id"], name=op.f("fk_ladder_run_practice_message")
        ),
        sa.PrimaryKeyConstraint("practice", "message", "number", name=op.f("pk_ladder_run")),
    )
    op.create_index(
        "ix_ladder_run_alerted",
        "ladder_run",
        ["practice", "message"],
        postgresql_where=ALERTED,
        sqlite_where=ALERTED,
    )


def _steps() -> None:
    op.create_table(
        "ladder_step",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("message", sa.Uuid(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("planned", sa.String(), nullable=False),
        sa.Column("did", sa.String()),
        sa.Column("because", sa.String()),
        sa.Column("told", DOCUMENT, nullable=False),
        sa.Column("takers", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "message", "run"],
            ["ladder_run.practice", "ladder_run.message", "ladder_run.number"],
            name=op.f("fk_ladder_step_practice_message_run"),
        ),
        sa.PrimaryKeyConstraint("practice", "message", "run", "step", name=op.f("pk_ladder_step")),
    )


def _notices() -> None:
    op.create_table(
        "step_notice",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("notification", sa.Uuid(), nullable=False),
        sa.Column("message", sa.Uuid(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "notification"],
            ["notification.practice", "notification.id"],
            name=op.f("fk_step_notice_practice_notification"),
        ),
        sa.ForeignKeyConstraint(
            ["practice", "message", "run", "step"],
            ["ladder_step.practice", "ladder_step.message", "ladder_step.run", "ladder_step.step"],
            name=op.f("fk_step_notice_practice_message_run_step"),
        ),
        sa.ForeignKeyConstraint(
            ["practice", "staff"], ["staff.practice", "staff.id"], name=op.f("fk_step_notice_practice_staff")
        ),
        sa.PrimaryKeyConstraint("practice", "notification", name=op.f("pk_step_notice")),
        sa.UniqueConstraint(
            "practice",
            "message",
            "staff",
            "cause",
            "run",
            "step",
            name=op.f("uq_step_notice_practice_message_staff_cause_run_step"),
        ),
    )
