"""The patients whom a replace doesn't name: found, counted and deactivated some at a time, however many there are."""

from collections.abc import Iterator
from dataclasses import dataclass

from router.flows.administrator.roster_plan import end_access_to_charts
from router.ports.unit_of_work import UnitOfWork
from router.practice.people import Patient, Roster
from router.practice.roster import Leaving, Mode, RosterDocument

SLICE = 5_000


@dataclass(frozen=True, slots=True)
class AbsentPatients:
    """The active patients of a practice besides those who are `planned`; with None, for a merge, there are none."""

    practice: str
    planned: frozenset[str] | None

    @classmethod
    def of(cls, practice: str, current: Roster, document: RosterDocument, mode: Mode) -> "AbsentPatients":
        """Those whom a document neither names nor, by a link, leads to: `current` has the charts of the others."""
        named = {patient.id for patient in document.patients}
        return cls(practice, frozenset(named | current.patients.keys()) if mode is Mode.REPLACE else None)

    def count(self, work: UnitOfWork) -> Leaving:
        """How many patients are active, and how many of those are absent; for a merge none are counted."""
        active = absent = 0
        for ids, some in self._walk(work):
            active += len(ids)
            absent += len(some)
        return Leaving(active, absent)

    def charts(self, work: UnitOfWork) -> Iterator[list[Patient]]:
        """Their charts, some at a time."""
        for _, some in self._walk(work):
            yield list(work.roster.charts(self.practice, some).values())

    def deactivate(self, work: UnitOfWork) -> None:
        """Deactivate them, and permanently end the sessions in their charts and the links into them."""
        for _, some in self._walk(work):
            work.roster.deactivate_patients(self.practice, some)
            end_access_to_charts(work, self.practice, some)

    def _walk(self, work: UnitOfWork) -> Iterator[tuple[list[str], list[str]]]:
        """The ids of active patients, and which of those are absent."""
        if self.planned is None:
            return
        last = ""
        while ids := work.roster.active_patients(self.practice, last, SLICE):
            yield ids, [one for one in ids if one not in self.planned]
            last = ids[-1]
