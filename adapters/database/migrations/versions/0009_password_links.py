"""Links by which staff choose a password, and an index to count what was sent lately.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "password_link",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("notification", sa.Uuid(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["practice", "notification"],
            ["notification.practice", "notification.id"],
            name=op.f("fk_password_link_practice_notification"),
        ),
        sa.ForeignKeyConstraint(
            ["practice", "staff"], ["staff.practice", "staff.id"], name=op.f("fk_password_link_practice_staff")
        ),
        sa.PrimaryKeyConstraint("practice", "notification", name=op.f("pk_password_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_password_link_digest")),
    )
    op.create_index(op.f("ix_password_link_practice_staff"), "password_link", ["practice", "staff"])
    op.create_index(
        op.f("ix_attempt_at"), "attempt", ["at"], postgresql_using="brin", postgresql_with={"autosummarize": "on"}
    )
