"""How many patients write where, and how many of them are offered no choice of a provider."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from router.messages.care_team_options import options
from router.messages.compose import attended_sites
from router.messaging.snapshot import PracticeSnapshot
from router.practice.people import Patient


@dataclass(frozen=True, slots=True)
class PatientCounts:
    """Active patients by the place at which they can write: a site's id, or None for the practice's set.

    `without_choice` counts those of them whose care team has nobody active. Places without patients may be left out.
    """

    attending: Mapping[str | None, int]
    without_choice: Mapping[str | None, int]

    def changed(self, gone: "PatientCounts", come: "PatientCounts") -> "PatientCounts":
        """The counts after some charts are replaced by others."""
        return PatientCounts(
            _changed(self.attending, gone.attending, come.attending),
            _changed(self.without_choice, gone.without_choice, come.without_choice),
        )


NOBODY = PatientCounts({}, {})


def _changed(
    counts: Mapping[str | None, int], gone: Mapping[str | None, int], come: Mapping[str | None, int]
) -> Mapping[str | None, int]:
    found = Counter(counts)
    found.subtract(gone)
    found.update(come)
    return found


def count_patients(practice: PracticeSnapshot, patients: Iterable[Patient]) -> PatientCounts:
    """Count charts in memory; a repository counts stored charts with the same result."""
    attending: Counter[str | None] = Counter()
    without_choice: Counter[str | None] = Counter()
    for patient in patients:
        if patient.takes_messages:
            here = _places_of(patient, practice)
            attending.update(here)
            if not options(patient, practice.staffing, practice.at):
                without_choice.update(here)
    return PatientCounts(attending, without_choice)


def _places_of(patient: Patient, practice: PracticeSnapshot) -> list[str | None]:
    attended = attended_sites(patient, practice.sites) if practice.messaging.by_site else ()
    return [site.id for site in attended] or [None]


def one_at_each_place(practice: PracticeSnapshot) -> PatientCounts:
    """Counts as if each place had one patient without a choice, so that every possible gap shows."""
    places = dict.fromkeys([None, *practice.sites], 1)
    return PatientCounts(places, places)
