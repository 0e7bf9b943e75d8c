"""Notifications to staff that aren't about the arrival of a message, and when each of them was last told."""

from sqlalchemy import Column, Index, String, Uuid, text

from adapters.database.tables.base import owned, to
from adapters.database.types import Moment

ABOUT_ONE = text("message is not null")

# About a message that came back or went to somebody else, or about what is overdue; steps of ladders have a
# table of their own.
staff_notice = owned(
    "staff_notice",
    Column("notification", Uuid, nullable=False),
    Column("staff", String, nullable=False),
    # `returned`, `handed_over` or `overdue`.
    Column("cause", String, nullable=False),
    Column("message", Uuid),
    Column("at", Moment, nullable=False),
    to("notification", "notification"),
    to("message", "message"),
    to("staff", "staff"),
    Index("ix_staff_notice_message", "practice", "message", postgresql_where=ABOUT_ONE, sqlite_where=ABOUT_ONE),
    key=("notification",),
)

# The notification whose email told somebody last of something of this kind. What comes soon after it waits.
last_told = owned(
    "last_told",
    Column("staff", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("notification", Uuid),
    Column("at", Moment, nullable=False),
    to("staff", "staff"),
    key=("staff", "kind"),
)
