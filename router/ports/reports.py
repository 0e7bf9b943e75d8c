"""The repository of counts for portal administrators."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from router.coverage.replay import PastMessage
from router.operations.reports import Unopened


class Reports(Protocol):
    """Counts over a practice's messages and notifications; no texts, no patients."""

    def unopened(self, practice: str, before: datetime, limit: int) -> list[Unopened]:
        """The oldest `limit` messages accepted before this time that nobody has opened."""

    def past(self, practice: str, since: datetime, limit: int) -> list[PastMessage]:
        """When the newest `limit` messages accepted since then were opened and answered."""

    def with_record_number(self, practice: str, record_number: str) -> str | None:
        """The id of the only patient with this record number; None if there is none, or more than one."""

    def in_care_teams(self, practice: str, staff: Iterable[str]) -> set[str]:
        """Those of these staff who are on the care team of an active patient."""

    def refused(self, practice: str) -> Mapping[str, int]:
        """Staff with parked notifications, and how many each has."""
