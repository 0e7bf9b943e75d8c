"""What a portal administrator watches over: messages that nobody opens, and addresses that don't work."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from router.topics import Topic

# A message that nobody has opened for so long is counted.
OVERDUE_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Unopened:
    """How many messages of a topic at a site (None: without one) were delivered and not opened in time."""

    topic: Topic
    site: str | None
    count: int


class Oversight(Protocol):
    """Counts over a practice's messages and notifications; no texts, no patients."""

    def unopened(self, practice: str, before: datetime) -> list[Unopened]:
        """Messages accepted before this moment that nobody has opened."""

    def with_record_number(self, practice: str, record_number: str) -> str | None:
        """The id of the one patient with this record number; None where there is none, or more than one."""

    def in_care_teams(self, practice: str, staff: Iterable[str]) -> set[str]:
        """Who of these is on the care team of an active patient."""

    def refused(self, practice: str) -> Mapping[str, int]:
        """Staff whose notifications are parked, and how many."""
