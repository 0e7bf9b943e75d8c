"""Sessions and sign-ins.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

moment = sa.DateTime(timezone=True)
string = sa.String()


def upgrade() -> None:
    """Bring the schema one revision further."""
    _passwords()
    _session()
    _portal_link()


def _passwords() -> None:
    op.create_table(
        "operator",
        sa.Column("name", string, nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_operator")),
    )
    op.create_table(
        "staff_password",
        sa.Column("practice", string, nullable=False),
        sa.Column("staff", string, nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("set_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "staff"], ["staff.practice", "staff.id"], name=op.f("fk_staff_password_practice_staff")
        ),
        sa.PrimaryKeyConstraint("practice", "staff", name=op.f("pk_staff_password")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("digest", string, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", moment, nullable=False),
        sa.Column("next_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(op.f("ix_sign_in_attempt_last_at"), "sign_in_attempt", ["last_at"])


def _session() -> None:
    op.create_table(
        "session",
        sa.Column("practice", string, nullable=True),
        sa.Column("digest", string, nullable=False),
        sa.Column("staff", string, nullable=True),
        sa.Column("operator", string, nullable=True),
        sa.Column("patient", string, nullable=True),
        sa.Column("authorized_user", string, nullable=True),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "staff"], ["staff.practice", "staff.id"], name=op.f("fk_session_practice_staff")
        ),
        sa.ForeignKeyConstraint(["operator"], ["operator.name"], name=op.f("fk_session_operator")),
        *_patient_keys("session"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_practice_staff"), "session", ["practice", "staff"])
    op.create_index(op.f("ix_session_started_at"), "session", ["started_at"])


def _portal_link() -> None:
    op.create_table(
        "portal_link",
        sa.Column("practice", string, nullable=False),
        sa.Column("digest", string, nullable=False),
        sa.Column("patient", string, nullable=False),
        sa.Column("authorized_user", string, nullable=True),
        sa.Column("expires_at", moment, nullable=False),
        *_patient_keys("portal_link"),
        sa.PrimaryKeyConstraint("practice", "digest", name=op.f("pk_portal_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_portal_link_digest")),
    )
    op.create_index(op.f("ix_portal_link_expires_at"), "portal_link", ["expires_at"])


def _patient_keys(table: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["practice", "patient"], ["patient.practice", "patient.id"], name=op.f(f"fk_{table}_practice_patient")
        ),
        sa.ForeignKeyConstraint(
            ["practice", "patient", "authorized_user"],
            ["authorized_user.practice", "authorized_user.patient", "authorized_user.id"],
            name=op.f(f"fk_{table}_practice_patient_authorized_user"),
        ),
    )
