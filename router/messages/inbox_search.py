"""Searching one's own inbox: the search terms, and whether they match a patient."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from router.errors import FieldError, Invalid
from router.paging import Position
from router.practice.topics import Topic
from router.text import problem_with
from router.text.folding import is_person, searchable, words_of

SOUGHT_LIMIT = 200
# So many patients of one inbox may be meant by what was typed; with more, somebody must type more of the name.
MOST_PATIENTS = 100
MOST_WORDS = 20
# Of a birth date the beginning may have been typed.
BIRTH_DATE = re.compile(r"[0-9]{2,4}(-[0-9]{0,2}){0,2}")
# So many of the searcher's own deliveries are looked at in one go, the newest first.
SEARCHED_DELIVERIES = 20_000


@dataclass(frozen=True, slots=True)
class InboxSearch:
    """The terms of a search; empty fields are ignored. `since` is inclusive, `until` exclusive.

    `text` are words of the subject, the body and the replies that a delivery shows, `patient` parts of a name, record
    number or birth date, `born` a date.
    """

    patient: str = field(default="", repr=False)
    topic: Topic | None = None
    site: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str = field(default="", repr=False)
    born: date | None = field(default=None, repr=False)

    @property
    def asks_for_patients(self) -> bool:
        """Whether only messages of some patients are meant."""
        return bool(self.patient.strip()) or self.born is not None

    @property
    def asked(self) -> list[str]:
        """The names of the fields that matter, for the audit."""
        values = {
            "text": self.text.strip() or None,
            "patient": self.patient.strip() or None,
            "born": self.born,
            "topic": self.topic,
            "site": self.site,
            "since": self.since,
            "until": self.until,
        }
        return [name for name, value in values.items() if value is not None]


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """A search whose patient was looked up: the ids of matching patients, None if the search names no patient.

    `last` is the delivery at which the search stops, None if it covers everything.
    """

    search: InboxSearch
    patients: Sequence[str] | None
    last: Position | None = None

    @property
    def words(self) -> list[str]:
        """The folded words of the text, each of which must be a part of what was indexed."""
        return sorted(set(words_of(self.search.text)))


def check(search: InboxSearch) -> None:
    """Raise Invalid, with the fields, for what can't be looked for."""
    errors = []
    wrong = problem_with(search.patient, SOUGHT_LIMIT) if search.patient.strip() else None
    if wrong:
        errors.append(FieldError("patient", wrong))
    wrong = problem_with(search.text, SOUGHT_LIMIT) if search.text.strip() else None
    if wrong is None and len(words_of(search.text)) > MOST_WORDS:
        wrong = f"must have at most {MOST_WORDS} words"
    if wrong is None and search.text.strip() and not words_of(search.text):
        wrong = "must have a letter or a digit"
    if wrong:
        errors.append(FieldError("text", wrong))
    if search.since is not None and search.until is not None and search.until <= search.since:
        errors.append(FieldError("until", "must not be before the first day"))
    if not search.asked:
        errors.append(FieldError("patient", "must not be empty when every other field is"))
    if errors:
        raise Invalid("The search is not valid.", errors)


def is_meant(sought: str, name: str, record_number: str | None, birth_date: date | None = None) -> bool:
    """Whether each word typed is a part of the patient's name, record number or birth date; see router.text.folding."""
    born = birth_date.isoformat() if birth_date is not None else None
    return is_person(words_of(sought), searchable((name, record_number, born)))


def words_of_names(sought: str) -> list[str]:
    """The folded words that must occur in a name or record number: those that aren't a birth date."""
    return [word for word in words_of(sought) if not BIRTH_DATE.fullmatch(word)]


def indexed_words(*texts: str) -> str:
    """What is stored of a message or reply for searches: its folded words, each once, between blanks."""
    return " ".join(sorted({word for text in texts for word in words_of(text)}))
