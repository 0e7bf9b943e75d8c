"""What portal administrators see of red flags: how often a phrase marked a message, and how often staff lowered it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from router.flows.practice import known_practice
from router.messaging.red_flags import Mark
from router.ports.unit_of_work import Database
from router.ports.urgency import MarkCount

COUNTED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class LookAtUrgency:
    """Counts of a practice; no text and no message."""

    database: Database

    def counts(self, practice: str) -> Mapping[Mark, MarkCount]:
        """By phrase, how many messages of the last 30 days it marked. Raises NotFound for an unknown practice."""
        with self.database.look() as work:
            known_practice(work, practice)
            return {count.mark: count for count in work.urgency.counts(practice, work.now() - COUNTED)}
