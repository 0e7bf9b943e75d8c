"""Looking for something in one's own inbox: what is asked, and whether a patient is meant."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from router.errors import FieldError, Invalid
from router.practice.topics import Topic
from router.text import problem_with
from router.text.folding import is_found

SOUGHT_LIMIT = 200
# So many patients of one inbox may be meant by what was typed; with more, somebody must type more of the name.
MOST_PATIENTS = 100


@dataclass(frozen=True, slots=True)
class InboxSearch:
    """What somebody looks for; empty fields don't matter. `since` is inclusive, `until` exclusive."""

    patient: str = field(default="", repr=False)
    topic: Topic | None = None
    site: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def asked(self) -> list[str]:
        """The names of the fields that matter, for the audit."""
        values = {
            "patient": self.patient.strip() or None,
            "topic": self.topic,
            "site": self.site,
            "since": self.since,
            "until": self.until,
        }
        return [name for name, value in values.items() if value is not None]


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """A search whose patient was looked up: the ids that the words may mean, None where no patient was asked for."""

    search: InboxSearch
    patients: Sequence[str] | None


def check(search: InboxSearch) -> None:
    """Raise Invalid, with the fields, for what can't be looked for."""
    errors = []
    wrong = problem_with(search.patient, SOUGHT_LIMIT) if search.patient.strip() else None
    if wrong:
        errors.append(FieldError("patient", wrong))
    if search.since is not None and search.until is not None and search.until <= search.since:
        errors.append(FieldError("until", "must not be before the first day"))
    if not search.asked:
        errors.append(FieldError("patient", "must not be empty when every other field is"))
    if errors:
        raise Invalid("The search is not valid.", errors)


def is_meant(sought: str, name: str, record_number: str | None) -> bool:
    """Whether each word that was typed is a part of the patient's name or record number; see router.text.folding."""
    return is_found(sought, (name, record_number))
