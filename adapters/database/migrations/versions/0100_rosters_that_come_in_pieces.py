"""Rosters that come in pieces: the import, its records until they are applied, and what there is to say of its source.

Revision ID: 0100
Revises: 0093
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0100"
down_revision = "0093"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the schema one revision further."""
    op.create_table(
        "roster_import",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("leased_until", MOMENT),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.Column("document", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["practice"], ["practice.id"], name=op.f("fk_roster_import_practice")),
        sa.PrimaryKeyConstraint("practice", "id", name=op.f("pk_roster_import")),
    )
    _records()
    _findings()


def _records() -> None:
    op.create_table(
        "roster_import_record",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("roster_import", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean()),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("held_back", sa.Boolean(), nullable=False),
        sa.Column("document", DOCUMENT, nullable=False),
        _of_import("roster_import_record"),
        sa.PrimaryKeyConstraint("practice", "roster_import", "kind", "id", name=op.f("pk_roster_import_record")),
    )


def _findings() -> None:
    op.create_table(
        "roster_import_finding",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("roster_import", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("line", sa.BigInteger()),
        _of_import("roster_import_finding"),
        sa.PrimaryKeyConstraint("practice", "roster_import", "part", "number", name=op.f("pk_roster_import_finding")),
    )
    op.create_index(
        op.f("ix_roster_import_finding_practice_roster_import_urgency_part_number"),
        "roster_import_finding",
        ["practice", "roster_import", "urgency", "part", "number"],
    )


def _of_import(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["practice", "roster_import"],
        ["roster_import.practice", "roster_import.id"],
        name=op.f(f"fk_{table}_practice_roster_import"),
    )
