"""Texts that staff insert into replies, with fields for what differs from message to message."""

import re
from dataclasses import dataclass, field
from uuid import UUID

from router.errors import FieldError, Invalid
from router.messages.message import BODY_LIMIT
from router.practice.topics import Topic
from router.text import problem_with

TITLE_LIMIT = 80
QUICK_TEXT_LIMIT = BODY_LIMIT // 4
# So many of the practice, and so many of each person.
MOST_QUICK_TEXTS = 200

PATIENT_FIRST_NAME, MY_NAME, PHONE = "{patient.first_name}", "{me.name}", "{practice.phone}"
FIELDS = (PATIENT_FIRST_NAME, MY_NAME, PHONE)
# What somebody has typed as a field, whether there is such a field or not.
LIKE_A_FIELD = re.compile(r"\{\s*[A-Za-z_]+\s*\.\s*[A-Za-z_]+\s*\}")


@dataclass(frozen=True, slots=True)
class NewQuickText:
    """A text with its title. `topic` None: it is offered for every topic."""

    title: str
    body: str = field(repr=False)
    topic: Topic | None = None


@dataclass(frozen=True, slots=True)
class QuickText:
    """A stored text. `owner` is the person whose own text it is; None: it is the practice's."""

    id: UUID
    owner: str | None
    text: NewQuickText

    def suits(self, topic: Topic) -> bool:
        """Whether it is offered for messages of this topic."""
        return self.text.topic is None or self.text.topic is topic


@dataclass(frozen=True, slots=True)
class FieldValues:
    """The values of the fields in one reply; unknown values are empty."""

    patient_name: str = field(repr=False)
    my_name: str
    phone: str


def check_quick_text(text: NewQuickText) -> None:
    """Raise Invalid, with the fields, for a text that can't be stored or that contains an unknown field."""
    errors = []
    wrong = problem_with(text.title, TITLE_LIMIT)
    if wrong:
        errors.append(FieldError("title", wrong))
    wrong = problem_with(text.body, QUICK_TEXT_LIMIT, lines=True)
    if wrong is None and any(found not in FIELDS for found in LIKE_A_FIELD.findall(text.body)):
        wrong = f"has an unknown field; the fields are {', '.join(FIELDS)}"
    if wrong:
        errors.append(FieldError("body", wrong))
    if errors:
        raise Invalid("The quick text can't be saved like this.", errors)


def fill(body: str, values: FieldValues) -> str:
    """The text with its fields filled in. A field with an unknown value stays, and `unfilled` finds it."""
    known = {
        PATIENT_FIRST_NAME: first_name(values.patient_name),
        MY_NAME: values.my_name,
        PHONE: values.phone,
    }
    # In one pass: what is filled in may look like a field itself.
    return LIKE_A_FIELD.sub(lambda found: known.get(found[0]) or found[0], body)


def unfilled(body: str) -> list[str]:
    """The fields that are still in a text, in the order of the table."""
    return [name for name in FIELDS if name in body]


def first_name(name: str) -> str:
    """The first name in `Maria Alvarez`, and in `Alvarez, Maria`."""
    last, _, first = name.partition(",")
    words = first.split() or last.split()
    return words[0] if words else ""
