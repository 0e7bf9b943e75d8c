"""Erasing what staff began to write long ago."""

from dataclasses import dataclass

from router.messages.drafts import KEPT_FOR
from router.ports.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class PurgeDrafts:
    """Erases drafts that were last saved fourteen days ago; the sweep runs it."""

    database: Database

    def run(self) -> int:
        """Erase a slice of what is due; returns how many drafts that were."""
        with self.database.look() as work:
            # Nearly always nothing is due, and a look disturbs nobody.
            if not work.drafts.expired(work.now() - KEPT_FOR):
                return 0
        with self.database.begin() as work:
            erased = work.drafts.purge(work.now() - KEPT_FOR)
            work.commit()
        return erased
