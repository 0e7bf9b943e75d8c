"""The words by which staff find messages and replies."""

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
search_mark = owned(
    "search_mark",
    # The release before continues after this one. It may have passed over messages that were stored late.
    Column("message", Uuid, nullable=False),
    # This release continues after this one, before which no message can be stored any more.
    Column("settled", Uuid),
    key=(),
)

# The folded words of a reply, likewise.
search_reply = owned(
    "search_reply",
    Column("conversation", Uuid, nullable=False),
    Column("reply", Uuid, nullable=False),
    Column("words", Text, nullable=False),
    to("conversation", "conversation"),
    to("reply", "reply"),
    key=("conversation", "reply"),
)

# Up to which of a practice's replies the sweep has indexed.
search_reply_mark = owned("search_reply_mark", Column("reply", Uuid, nullable=False), key=())
