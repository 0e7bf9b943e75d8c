"""Patients one by one: finding somebody by name, and whether they may write."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from router.actors import Actor
from router.audit import Action, AuditEntry
from router.errors import Invalid, NotFound
from router.flows.administrator.acting import check_administers
from router.flows.practice import known_practice
from router.ports.unit_of_work import Database
from router.practice.patient_search import PatientIdsFound
from router.practice.people import Patient
from router.practice.writing_stop import WritingChange, changed
from router.text import problem_with
from router.text.folding import words_of

SOUGHT_LIMIT = 200
# One letter is in nearly every name.
SOUGHT_LEAST = 2


@dataclass(frozen=True, slots=True)
class FoundPatients:
    """Some patients by name, and whether there are more after them.

    `is_indexing`: some patients can't be found yet, because their names are still being prepared for searches.
    """

    patients: Sequence[Patient]
    more: bool
    is_indexing: bool = False


@dataclass(frozen=True, slots=True)
class KeepPatients:
    """Finds patients of the practice, and sets whether they may write."""

    database: Database

    def search(self, practice: str, sought: str, by: Actor, *, limit: int, after: str | None = None) -> FoundPatients:
        """The patients with each of these words in their name, record number or id, after the one with this id.

        Raises Invalid with the field `text`. The audit holds the ids of those shown, not the words.
        """
        wrong = problem_with(sought, SOUGHT_LIMIT)
        if wrong or len(sought.strip()) < SOUGHT_LEAST:
            raise Invalid.at("text", wrong or f"must have at least {SOUGHT_LEAST} characters")
        with self.database.begin() as work:
            known_practice(work, practice)
            words = words_of(sought)
            # One more than is shown says whether there are more.
            found = work.roster.search(practice, words, after, limit + 1) if words else PatientIdsFound(())
            charts = work.roster.patients(practice, found.ids[:limit])
            shown = [charts[patient] for patient in found.ids[:limit]]
            details = {"patients": [patient.id for patient in shown]}
            work.audit.add([AuditEntry(practice, by, Action.PATIENTS_SEARCHED, practice, details)])
            work.commit()
        return FoundPatients(shown, len(found.ids) > limit, found.is_indexing)

    def change_writing(self, practice: str, patient: str, change: WritingChange, by: Actor) -> Patient:
        """Stop a patient from writing, or let them write again; they can read either way.

        Raises NotFound, Invalid with the fields, and Forbidden for staff who don't administer the portal. The audit
        records the change, but not the reason.
        """
        with self.database.begin() as work:
            work.practices.change_roster(practice)
            check_administers(work.roster.staffing(known_practice(work, practice)), by)
            known = work.roster.patients(practice, [patient]).get(patient)
            if known is None:
                raise NotFound("There is no such patient.")
            stop = changed(known.stop, change)
            if stop != known.stop:
                work.roster.stop_writing(practice, patient, stop)
                action = Action.WRITING_STOPPED if stop else Action.WRITING_ALLOWED
                work.audit.add([AuditEntry(practice, by, action, patient)])
                work.commit()
        return replace(known, stop=stop)
