"""The repository of counts over patients' charts, for gaps and departures."""

from collections.abc import Collection, Mapping
from typing import Protocol

from router.coverage.patient_counts import PatientCounts
from router.messaging.snapshot import PracticeSnapshot


class Coverage(Protocol):
    """Counts over the charts of a practice, without reading a chart."""

    def count_patients(self, practice: PracticeSnapshot) -> PatientCounts:
        """Like router.coverage.patient_counts.count_patients, for all stored patients.

        Sites and staff are those of the snapshot, stored or not.
        """

    def any_without_site(self, practice: PracticeSnapshot) -> bool:
        """Whether a stored patient who can write attends none of the visible sites of the snapshot."""

    def care_teams(self, practice: str, staff: Collection[str]) -> Mapping[str, int]:
        """How many active patients have each of these people on their care team; people with none are left out."""

    def leave_without_choice(self, practice: str, leavers: Collection[str], inactive: Collection[str]) -> bool:
        """Whether an active patient's care team has one of the leavers, and nobody else who is active."""
