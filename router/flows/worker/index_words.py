"""Indexing the words of messages once they are routed, and of replies, so that staff can search for them."""

from dataclasses import dataclass

from router.flows.indexing import index
from router.ports.unit_of_work import Database

BATCH = 500


@dataclass(frozen=True, slots=True)
class IndexWords:
    """Indexes one batch of each; the sweep runs it. Whatever is still missing is indexed by the first search for it."""

    database: Database
    batch: int = BATCH

    def run(self) -> int:
        """Index what is due; returns how many messages and replies that were."""
        with self.database.look() as work:
            # Nearly always nothing is new, and a look disturbs nobody.
            messages, replies = work.search_words.unindexed(self.batch), work.reply_words.unindexed(self.batch)
        index(self.database, messages, replies, in_order=True)
        return len(messages) + len(replies)
