"""Forgetting acts that can't be taken back any more."""

from dataclasses import dataclass

from router.messages.undo import UNDO_WITHIN
from router.ports.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class PurgeUndos:
    """Deletes remembered acts once their minute is over; the sweep runs it."""

    database: Database

    def run(self) -> int:
        """Delete a slice of what is due; returns how many acts that were."""
        with self.database.look() as work:
            if not work.undo.expired(work.now() - 2 * UNDO_WITHIN):
                return 0
        with self.database.begin() as work:
            purged = work.undo.purge(work.now() - UNDO_WITHIN)
            work.commit()
        return purged
