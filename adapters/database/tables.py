"""The tables. Every one leads with the practice, and foreign keys include it, so that rows of two practices never meet."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.sql.schema import SchemaItem

from adapters.database.types import Document, Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _owned(name: str, *columns: SchemaItem, key: tuple[str, ...] = ("id",)) -> Table:
    """A table whose rows belong to a practice."""
    return Table(
        name, metadata, Column("practice", String, nullable=False), *columns, PrimaryKeyConstraint("practice", *key)
    )


def _to(table: str, *columns: str, key: tuple[str, ...] = ("id",)) -> ForeignKeyConstraint:
    """A foreign key within the practice."""
    return ForeignKeyConstraint(["practice", *columns], [f"{table}.practice", *(f"{table}.{one}" for one in key)])


def _practice() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["practice"], ["practice.id"])


practice = Table(
    "practice",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("roster_version", Integer, nullable=False, server_default="0"),
    Column("distribution_version", Integer, nullable=False, server_default="0"),
    Column("created_at", Moment, nullable=False),
)

site = _owned(
    "site",
    Column("id", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("hidden", Boolean, nullable=False),
    _practice(),
)

staff = _owned(
    "staff",
    Column("id", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("title", Text),
    Column("roles", Document, nullable=False),
    Column("active", Boolean, nullable=False),
    _practice(),
)

absence = _owned(
    "absence",
    Column("staff", String, nullable=False),
    Column("begins", Moment, nullable=False),
    Column("ends", Moment, nullable=False),
    Column("cover", String),
    _to("staff", "staff"),
    _to("staff", "cover"),
    key=("staff",),
)

patient = _owned(
    "patient",
    Column("id", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("birth_date", Date),
    Column("record_number", Text),
    Column("email", Text),
    Column("notify", Boolean, nullable=False),
    Column("home_site", String),
    Column("active", Boolean, nullable=False),
    _practice(),
    _to("site", "home_site"),
)

patient_site = _owned(
    "patient_site",
    Column("patient", String, nullable=False),
    Column("site", String, nullable=False),
    Column("position", Integer, nullable=False),
    _to("patient", "patient"),
    _to("site", "site"),
    key=("patient", "site"),
)

care_team_member = _owned(
    "care_team_member",
    Column("patient", String, nullable=False),
    Column("staff", String, nullable=False),
    Column("role", Text, nullable=False),
    Column("position", Integer, nullable=False),
    _to("patient", "patient"),
    _to("staff", "staff"),
    Index(None, "practice", "staff"),
    key=("patient", "staff"),
)

# Whom the patient no longer lets act stays as a removed row, since messages name them.
authorized_user = _owned(
    "authorized_user",
    Column("patient", String, nullable=False),
    Column("id", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("notify", Boolean, nullable=False),
    Column("permissions", Document, nullable=False),
    Column("position", Integer, nullable=False),
    Column("removed", Boolean, nullable=False),
    _to("patient", "patient"),
    key=("patient", "id"),
)

distribution = _owned(
    "distribution",
    Column("version", Integer, nullable=False),
    Column("document", Document, nullable=False),
    Column("changes", Document, nullable=False),
    Column("actor_kind", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("saved_at", Moment, nullable=False),
    _practice(),
    key=("version",),
)

conversation = _owned(
    "conversation",
    Column("id", Uuid, nullable=False),
    Column("patient", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("site", String),
    Column("chosen", String),
    Column("display_name", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("owner", String),
    Column("started_at", Moment, nullable=False),
    _to("patient", "patient"),
    _to("site", "site"),
    _to("staff", "chosen"),
    _to("staff", "owner"),
    Index(None, "practice", "patient", "topic", "started_at"),
    Index(
        None, "practice", "owner", postgresql_where=text("owner is not null"), sqlite_where=text("owner is not null")
    ),
)

WAITING = text("state = 'accepted'")
PARKED = text("state = 'parked'")
IN_FLIGHT = text("state in ('due', 'leased')")

message = _owned(
    "message",
    Column("id", Uuid, nullable=False),
    Column("conversation", Uuid, nullable=False),
    Column("patient", String, nullable=False),
    Column("sender", String),
    Column("body", Text, nullable=False),
    Column("idempotency_key", Text, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("state", String, nullable=False),
    Column("parked_reason", String),
    Column("parked_at", Moment),
    Column("failures", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("accepted_at", Moment, nullable=False),
    Column("delivered_at", Moment),
    Column("opened_at", Moment),
    Column("answered_at", Moment),
    _to("conversation", "conversation"),
    _to("authorized_user", "patient", "sender", key=("patient", "id")),
    UniqueConstraint("practice", "idempotency_key"),
    Index("ix_message_waiting", "practice", "due_at", "id", postgresql_where=WAITING, sqlite_where=WAITING),
    Index("ix_message_parked", "practice", "id", postgresql_where=PARKED, sqlite_where=PARKED),
    Index(None, "practice", "conversation", "accepted_at"),
)

resolution = _owned(
    "resolution",
    Column("message", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("resolved_at", Moment, nullable=False),
    Column("distribution_version", Integer, nullable=False),
    Column("recipients", Document, nullable=False),
    Column("trace", Document, nullable=False),
    _to("message", "message"),
    key=("message", "number"),
)

delivery = _owned(
    "delivery",
    Column("id", Uuid, nullable=False),
    Column("message", Uuid, nullable=False),
    Column("staff", String, nullable=False),
    Column("step", String, nullable=False),
    Column("represents", String),
    Column("state", String, nullable=False),
    Column("received_at", Moment, nullable=False),
    _to("message", "message"),
    _to("staff", "staff"),
    UniqueConstraint("practice", "message", "staff"),
    Index("ix_delivery_inbox", "practice", "staff", "state", "received_at", "id"),
)

notification = _owned(
    "notification",
    Column("id", Uuid, nullable=False),
    Column("delivery", Uuid, nullable=False),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String),
    Column("due_at", Moment, nullable=False),
    Column("token", Uuid),
    Column("deferrals", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    _to("delivery", "delivery"),
    UniqueConstraint("practice", "delivery"),
    Index("ix_notification_due", "due_at", postgresql_where=IN_FLIGHT, sqlite_where=IN_FLIGHT),
    Index("ix_notification_token", "token", postgresql_where=IN_FLIGHT, sqlite_where=IN_FLIGHT),
    Index("ix_notification_parked", "practice", "id", postgresql_where=PARKED, sqlite_where=PARKED),
)

attempt = _owned(
    "attempt",
    Column("notification", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("outcome", String, nullable=False),
    Column("code", Integer),
    Column("answer", Text, nullable=False),
    _to("notification", "notification"),
    key=("notification", "number"),
)
