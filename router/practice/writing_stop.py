"""A patient whom the practice has stopped from writing, but who can still read."""

from dataclasses import dataclass, field

from router.errors import FieldError, Invalid
from router.text import problem_with

REASON_LIMIT = 500
WORDS_LIMIT = 500


@dataclass(frozen=True, slots=True)
class WritingStop:
    """Why a patient can't write: `reason` for staff, `words` for the patient. The repr shows neither."""

    reason: str = field(repr=False)
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class WritingChange:
    """A requested change of whether a patient may write; None leaves a value as it is."""

    may_write: bool | None = None
    reason: str | None = field(default=None, repr=False)
    words: str | None = field(default=None, repr=False)


def changed(stop: WritingStop | None, change: WritingChange) -> WritingStop | None:
    """The stop after a change; None: the patient may write. Raises Invalid with the fields."""
    may_write = change.may_write if change.may_write is not None else stop is None
    given = [("reason", change.reason, REASON_LIMIT), ("words", change.words, WORDS_LIMIT)]
    if may_write:
        errors = [FieldError(name, "can't be given when the patient may write") for name, text, _ in given if text]
        if errors:
            raise Invalid("The change can't be stored.", errors)
        return None
    reason = change.reason if change.reason is not None else stop.reason if stop else ""
    words = change.words if change.words is not None else stop.words if stop else ""
    checked = [("reason", reason, REASON_LIMIT), ("words", words, WORDS_LIMIT)]
    errors = [
        FieldError(name, wrong) for name, text, limit in checked if (wrong := problem_with(text, limit, lines=True))
    ]
    if errors:
        raise Invalid("The change can't be stored.", errors)
    return WritingStop(reason.strip(), words.strip())
