"""The repository of counts for portal administrators."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from router.coverage.replay import PastMessage
from router.operations.reports import Unopened


class Reports(Protocol):
    """Counts over a practice's messages and notifications; no texts, no patients."""

    def unopened(self, practice: str, before: datetime, limit: int) -> list[Unopened]:
        """Messages accepted before this moment that nobody has opened: the oldest, and no more of them than `limit`."""

    def past(self, practice: str, since: datetime, limit: int) -> list[PastMessage]:
        """When messages accepted since then were opened and answered: the newest, and no more of them than `limit`."""

    def with_record_number(self, practice: str, record_number: str) -> str | None:
        """The id of the one patient with this record number; None where there is none, or more than one."""

    def in_care_teams(self, practice: str, staff: Iterable[str]) -> set[str]:
        """Who of these is on the care team of an active patient."""

    def refused(self, practice: str) -> Mapping[str, int]:
        """Staff whose notifications are parked, and how many."""
