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


NO_STOP = WritingStop("", "")
OVERTAKEN = "was changed by somebody else in the meantime; save again to keep yours"


@dataclass(frozen=True, slots=True)
class WritingChange:
    """A requested change of whether a patient may write; None leaves a value as it is.

    `shown` holds the texts that its author saw, both empty where the patient could write: what they left alone stays as
    it is stored, and what somebody else has changed since is not overwritten. None overwrites whatever is stored.
    """

    may_write: bool | None = None
    reason: str | None = field(default=None, repr=False)
    words: str | None = field(default=None, repr=False)
    shown: WritingStop | None = None


def changed(stop: WritingStop | None, change: WritingChange) -> WritingStop | None:
    """The stop after a change; None: the patient may write. Raises Invalid with the fields."""
    _check_shown(stop, change)
    may_write = change.may_write if change.may_write is not None else stop is None
    given = [("reason", change.reason, REASON_LIMIT), ("words", change.words, WORDS_LIMIT)]
    if may_write:
        errors = [FieldError(name, "can't be given when the patient may write") for name, text, _ in given if text]
        if errors:
            raise Invalid("The change can't be stored.", errors)
        return None
    stored, shown = stop or NO_STOP, change.shown
    reason = stored.reason if change.reason is None or (shown and change.reason == shown.reason) else change.reason
    words = stored.words if change.words is None or (shown and change.words == shown.words) else change.words
    checked = [("reason", reason, REASON_LIMIT), ("words", words, WORDS_LIMIT)]
    errors = [
        FieldError(name, wrong) for name, text, limit in checked if (wrong := problem_with(text, limit, lines=True))
    ]
    if errors:
        raise Invalid("The change can't be stored.", errors)
    return WritingStop(reason.strip(), words.strip())


def _check_shown(stop: WritingStop | None, change: WritingChange) -> None:
    """Raise Invalid with the fields that somebody else has changed since, and this change would overwrite."""
    shown, stored = change.shown, stop or NO_STOP
    if shown is None or stored == shown:
        return
    texts = (
        ("reason", change.reason, shown.reason, stored.reason),
        ("words", change.words, shown.words, stored.words),
    )
    errors = [
        FieldError(name, OVERTAKEN)
        for name, text, before, now in texts
        if before != now and (change.may_write or text not in {None, before, now})
    ]
    if errors:
        raise Invalid("Somebody else has changed this in the meantime.", errors)
