"""Drafts of staff."""

from sqlalchemy import Column, Index, String, Text, Uuid

from adapters.database.tables.base import owned, to
from adapters.database.types import Moment

# The author is the person whose delivery it is.
staff_draft = owned(
    "staff_draft",
    Column("delivery", Uuid, nullable=False),
    Column("kind", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("saved_at", Moment, nullable=False),
    # That of the page that saved it; null: the API, or a release before this column.
    Column("idempotency_key", String),
    # What another page of the same person had saved, and the one that saved after it had never shown.
    Column("other_body", Text),
    Column("other_saved_at", Moment),
    to("delivery", "delivery"),
    Index(None, "saved_at"),
    key=("delivery", "kind"),
)
