"""Indexing texts by which staff search: by the sweep, and by a search for what the sweep has not come to."""

from collections.abc import Sequence

from router.messages.inbox_search import indexed_words
from router.ports.search_words import UnindexedMessage, UnindexedReply
from router.ports.unit_of_work import Database


def index(
    database: Database, messages: Sequence[UnindexedMessage], replies: Sequence[UnindexedReply], *, in_order: bool
) -> None:
    """Index these texts, which are folded while no transaction is open.

    `in_order`: nothing older is left, so that the next ones are looked for behind them.
    """
    if not messages and not replies:
        return
    words = [(one, indexed_words(one.subject, one.body)) for one in messages]
    words_of_replies = [(one, indexed_words(one.body)) for one in replies]
    with database.begin() as work:
        work.search_words.add(words)
        work.reply_words.add(words_of_replies)
        if in_order:
            work.search_words.looked_at(messages)
            work.reply_words.looked_at(replies)
        work.commit()
