"""The words by which staff find messages."""

from sqlalchemy import Column, Text, Uuid

from adapters.database.tables.base import owned, to

# The folded words of a message's subject and body, each once, between blanks.
search_text = owned(
    "search_text",
    Column("message", Uuid, nullable=False),
    Column("words", Text, nullable=False),
    to("message", "message"),
    key=("message",),
)

# Up to which of a practice's messages the sweep has indexed.
search_mark = owned("search_mark", Column("message", Uuid, nullable=False), key=())
