"""Tables about signing in: passwords, sessions, failed tries and one-time links. Tokens are stored as digests."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, String, Table, Text, Uuid

from adapters.database.tables.base import metadata, owned, to
from adapters.database.types import Moment

# Operators belong to no practice.
operator = Table(
    "operator",
    metadata,
    Column("name", String, primary_key=True),
    Column("password", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

staff_password = owned(
    "staff_password",
    Column("staff", String, nullable=False),
    Column("password", Text, nullable=False),
    Column("set_at", Moment, nullable=False),
    to("staff", "staff"),
    key=("staff",),
)

# Of an operator's session the practice is null; the other columns say whose it is.
session = Table(
    "session",
    metadata,
    Column("practice", String),
    Column("digest", String, primary_key=True),
    Column("staff", String),
    Column("operator", String),
    Column("patient", String),
    Column("authorized_user", String),
    Column("started_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    to("staff", "staff"),
    to("patient", "patient"),
    to("authorized_user", "patient", "authorized_user", key=("patient", "id")),
    ForeignKeyConstraint(["operator"], ["operator.name"]),
    Index(None, "practice", "staff"),
    Index(None, "practice", "patient"),
    Index(None, "started_at"),
)

# What was typed may be nobody's name, so that it is kept as a digest, under no practice.
sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("digest", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("next_at", Moment, nullable=False),
    Index(None, "last_at"),
)

# Browsers that somebody has signed in from: tries from there are counted apart. Of both the digest is kept, as above.
known_device = Table(
    "known_device",
    metadata,
    Column("digest", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("seen_at", Moment, nullable=False),
    Index(None, "seen_at"),
)

# Staff choose a password by it; its email is the notification, which is kept as every other is.
password_link = owned(
    "password_link",
    Column("notification", Uuid, nullable=False),
    Column("staff", String, nullable=False),
    Column("digest", String, nullable=False, unique=True),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("ended_at", Moment),
    # How often its email was parked and requeued: each time the link gets another token.
    Column("generation", Integer, nullable=False, server_default="0"),
    to("notification", "notification"),
    to("staff", "staff"),
    Index(None, "practice", "staff"),
    key=("notification",),
)

portal_link = owned(
    "portal_link",
    Column("digest", String, nullable=False, unique=True),
    Column("patient", String, nullable=False),
    Column("authorized_user", String),
    Column("expires_at", Moment, nullable=False),
    to("patient", "patient"),
    to("authorized_user", "patient", "authorized_user", key=("patient", "id")),
    Index(None, "practice", "patient"),
    Index(None, "expires_at"),
    key=("digest",),
)
