"""Practices, their people and places, and their settings."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text, text

from adapters.database.tables.base import ONLY, metadata, owned, to, to_practice
from adapters.database.types import Document, Moment

UNFOLDED = text("sought is null")

practice = Table(
    "practice",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("roster_version", Integer, nullable=False, server_default="0"),
    Column("distribution_version", Integer, nullable=False, server_default="0"),
    Column("created_at", Moment, nullable=False),
    # A deleted practice keeps its row: caches are keyed by the id and its versions, so that the id isn't used again.
    Column("deleted_at", Moment),
)

site = owned(
    "site",
    Column("id", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("hidden", Boolean, nullable=False),
    to_practice(),
)

staff = owned(
    "staff",
    Column("id", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("title", Text),
    Column("roles", Document, nullable=False),
    Column("active", Boolean, nullable=False),
    to_practice(),
)

absence = owned(
    "absence",
    Column("staff", String, nullable=False),
    Column("begins", Moment, nullable=False),
    Column("ends", Moment, nullable=False),
    Column("cover", String),
    # When everything that they owned, had read and hadn't answered as it began was with the cover.
    Column("owned_moved_at", Moment),
    to("staff", "staff"),
    to("staff", "cover"),
    key=("staff",),
)

patient = owned(
    "patient",
    Column("id", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("birth_date", Date),
    Column("record_number", Text),
    Column("email", Text),
    Column("notify", Boolean, nullable=False),
    Column("home_site", String),
    Column("active", Boolean, nullable=False),
    # No foreign key: a chart may be stored before the one that takes its place, and no chart is ever deleted.
    Column("replaced_by", String),
    # Set where the practice has stopped this patient from writing: why, for staff, and what the patient reads. Rosters
    # don't write these columns.
    Column("stop_reason", Text),
    Column("stop_words", Text),
    # Name, record number and id as they are looked for, made by router.text.folding; null: not made yet.
    Column("sought", Text),
    to_practice(),
    to("site", "home_site"),
    Index("ix_patient_unfolded", "practice", "id", postgresql_where=UNFOLDED, sqlite_where=UNFOLDED),
    # Only where the extensions pg_trgm and btree_gin can be had: see the migration.
    Index(
        "ix_patient_sought",
        "practice",
        "sought",
        postgresql_using="gin",
        postgresql_ops={"sought": "gin_trgm_ops"},
        info={ONLY: "postgresql"},
    ).ddl_if(dialect="postgresql"),
    Index(
        None,
        "practice",
        "replaced_by",
        postgresql_where=text("replaced_by is not null"),
        sqlite_where=text("replaced_by is not null"),
    ),
)

patient_site = owned(
    "patient_site",
    Column("patient", String, nullable=False),
    Column("site", String, nullable=False),
    Column("position", Integer, nullable=False),
    to("patient", "patient"),
    to("site", "site"),
    key=("patient", "site"),
)

care_team_member = owned(
    "care_team_member",
    Column("patient", String, nullable=False),
    Column("staff", String, nullable=False),
    Column("role", Text, nullable=False),
    Column("position", Integer, nullable=False),
    to("patient", "patient"),
    to("staff", "staff"),
    Index(None, "practice", "staff"),
    key=("patient", "staff"),
)

# Whom the patient no longer lets act stays as a removed row, since messages name them.
authorized_user = owned(
    "authorized_user",
    Column("patient", String, nullable=False),
    Column("id", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("notify", Boolean, nullable=False),
    Column("permissions", Document, nullable=False),
    Column("position", Integer, nullable=False),
    Column("removed", Boolean, nullable=False),
    Column("until", Moment),
    to("patient", "patient"),
    key=("patient", "id"),
)

distribution = owned(
    "distribution",
    Column("version", Integer, nullable=False),
    Column("document", Document, nullable=False),
    Column("changes", Document, nullable=False),
    Column("actor_kind", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("saved_at", Moment, nullable=False),
    to_practice(),
    key=("version",),
)
