"""People, places and settings.

Revision ID: 0001
Revises: nothing
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

moment = sa.DateTime(timezone=True)
document = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "practice",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("roster_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("distribution_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
    )
    op.create_table(
        "distribution",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", document, nullable=False),
        sa.Column("changes", document, nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("saved_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["practice"], ["practice.id"], name=op.f("fk_distribution_practice")),
        sa.PrimaryKeyConstraint("practice", "version", name=op.f("pk_distribution")),
    )
    op.create_table(
        "site",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["practice"], ["practice.id"], name=op.f("fk_site_practice")),
        sa.PrimaryKeyConstraint("practice", "id", name=op.f("pk_site")),
    )
    op.create_table(
        "staff",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("roles", document, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["practice"], ["practice.id"], name=op.f("fk_staff_practice")),
        sa.PrimaryKeyConstraint("practice", "id", name=op.f("pk_staff")),
    )
    op.create_table(
        "absence",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("begins", moment, nullable=False),
        sa.Column("ends", moment, nullable=False),
        sa.Column("cover", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice", "cover"], ["staff.practice", "staff.id"], name=op.f("fk_absence_practice_cover")
        ),
        sa.ForeignKeyConstraint(
            ["practice", "staff"], ["staff.practice", "staff.id"], name=op.f("fk_absence_practice_staff")
        ),
        sa.PrimaryKeyConstraint("practice", "staff", name=op.f("pk_absence")),
    )
    op.create_table(
        "patient",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("record_number", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("notify", sa.Boolean(), nullable=False),
        sa.Column("home_site", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "home_site"], ["site.practice", "site.id"], name=op.f("fk_patient_practice_home_site")
        ),
        sa.ForeignKeyConstraint(["practice"], ["practice.id"], name=op.f("fk_patient_practice")),
        sa.PrimaryKeyConstraint("practice", "id", name=op.f("pk_patient")),
    )
    op.create_table(
        "authorized_user",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("patient", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("notify", sa.Boolean(), nullable=False),
        sa.Column("permissions", document, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "patient"],
            ["patient.practice", "patient.id"],
            name=op.f("fk_authorized_user_practice_patient"),
        ),
        sa.PrimaryKeyConstraint("practice", "patient", "id", name=op.f("pk_authorized_user")),
    )
    op.create_table(
        "care_team_member",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("patient", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "patient"],
            ["patient.practice", "patient.id"],
            name=op.f("fk_care_team_member_practice_patient"),
        ),
        sa.ForeignKeyConstraint(
            ["practice", "staff"], ["staff.practice", "staff.id"], name=op.f("fk_care_team_member_practice_staff")
        ),
        sa.PrimaryKeyConstraint("practice", "patient", "staff", name=op.f("pk_care_team_member")),
    )
    op.create_index(op.f("ix_care_team_member_practice_staff"), "care_team_member", ["practice", "staff"], unique=False)

    op.create_table(
        "patient_site",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("patient", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice", "patient"], ["patient.practice", "patient.id"], name=op.f("fk_patient_site_practice_patient")
        ),
        sa.ForeignKeyConstraint(
            ["practice", "site"], ["site.practice", "site.id"], name=op.f("fk_patient_site_practice_site")
        ),
        sa.PrimaryKeyConstraint("practice", "patient", "site", name=op.f("pk_patient_site")),
    )
