"""Indexing the words of messages once they are routed, so that staff can search for them."""

from dataclasses import dataclass

from router.messages.inbox_search import indexed_words
from router.ports.unit_of_work import Database

BATCH = 500


@dataclass(frozen=True, slots=True)
class IndexWords:
    """Indexes one batch; the sweep runs it. What it misses is indexed by the first search that would look at it."""

    database: Database
    batch: int = BATCH

    def run(self) -> int:
        """Index what is due; returns how many messages that were."""
        with self.database.look() as work:
            # Nearly always nothing is new, and a look disturbs nobody.
            due = work.search_words.unindexed(self.batch)
        if not due:
            return 0
        words = [(one, indexed_words(one.subject, one.body)) for one in due]
        with self.database.begin() as work:
            work.search_words.add(words)
            work.search_words.looked_at(due)
            work.commit()
        return len(due)
