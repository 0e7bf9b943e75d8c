"""Purging what was quarantined long ago."""

from dataclasses import dataclass

from router.actors import WORKER
from router.audit import INSTALLATION, Action, AuditEntry
from router.operations.quarantine import KEPT_FOR
from router.ports.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class PurgeQuarantine:
    """Deletes items after thirty days; the sweep runs it."""

    database: Database

    def run(self) -> int:
        """Delete a slice of what is due, and audit the number for each practice. Returns the total."""
        with self.database.look() as work:
            # Nearly always nothing is due, and a look disturbs nobody.
            if not work.quarantine.expired(work.now() - KEPT_FOR):
                return 0
        with self.database.begin() as work:
            purged = work.quarantine.purge(work.now() - KEPT_FOR)
            work.audit.add(
                [
                    AuditEntry(
                        practice or INSTALLATION, WORKER, Action.QUARANTINE_PURGED, "quarantine", {"count": count}
                    )
                    for practice, count in purged.items()
                ]
            )
            work.commit()
        return sum(purged.values())
