"""What can be put right in the JSON of a resource, and what must be taken out of it so that the rest can be read."""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from pydantic_core import ErrorDetails

from adapters.documents.flags import flag_of
from adapters.documents.repeated_keys import RepeatedKey

# What was done about errors of these types, in words; the mending of the first two leaves no doubt.
WORDS = {
    "bool_type": "is a text or number that says yes or no: it was read as that",
    "string_type": "is a list in place of a text: it was read as a text",
    "tuple_type": "is a single value in place of a list: it was read as a list of it",
}
_PLAIN = frozenset({"bool_type", "string_type"})

_SURROGATES = re.compile("[\ud800-\udfff]")
# Lists that hold what would be taken from somebody.
_EMPTYING = frozenset({"name", "telecom", "identifier", "participant", "practitioner", "subject", "id", "resourceType"})
PERIOD = "period"
_PERIODS = frozenset({PERIOD, "coveragePeriod"})
HAS_FAULT = "hasFault"
# An element that was a list before FHIR R4.
_FAMILY = "family"


def as_latin_1(text: str) -> str:
    """Bytes that are no UTF-8 as the characters of their numbers: Windows-1252, but for its punctuation."""
    return "".join(chr(ord(letter) - 0xDC00) if "\udc80" <= letter <= "\udcff" else letter for letter in text)


def scrubbed(value: Any) -> Any:  # noqa: ANN401 - it is whatever came in.
    """The value with a NUL, which is dropped and reported wherever it stands, for each half of a broken character."""
    if isinstance(value, str):
        return _SURROGATES.sub("\0", value)
    if isinstance(value, list):
        return [scrubbed(part) for part in value]
    if isinstance(value, dict):
        return {_SURROGATES.sub("\0", key): scrubbed(part) for key, part in value.items()}
    return value


def take_out(value: dict[str, Any], repeated: Sequence[RepeatedKey]) -> None:
    """Leave out elements that occur more than once, given outermost first."""
    for one in reversed(repeated):
        *parents, last = one.place
        held: Any = value
        # What stands under a key with broken characters is not there any more, and is never read.
        with suppress(KeyError):
            for part in parents:
                held = held[part]
            held.pop(last, None)
            mark_period(value, one.place)


def is_absent(value: Any, error: ErrorDetails) -> bool:  # noqa: ANN401 - it is whatever came in.
    """Whether an element that can't be read is null, or an empty text, where that says no more than its absence.

    Many programs write one or the other for what isn't there. Of a list that would then be empty, and so empty
    something, it isn't certain.
    """
    *parents, last = error["loc"]
    for part in parents:
        value = value[part]
    return value[last] in (None, "") and (last not in _EMPTYING if isinstance(last, str) else parents[-1:] == ["link"])


def mend(value: Any, error: ErrorDetails) -> bool:  # noqa: ANN401 - it is whatever came in.
    """Take the faulty element out of a resource, or put it right where its meaning is plain; says whether it was."""
    *parents, last = error["loc"]
    for part in parents:
        value = value[part]
    held = value[last]
    if error["type"] == "tuple_type" and isinstance(held, dict | str):
        value[last] = [held]
        return True
    if error["type"] == "string_type" and isinstance(held, list) and _is_text(held, is_long=last == _FAMILY):
        value[last] = " ".join(held)
        return True
    if error["type"] == "bool_type" and isinstance(held, str | int) and (flag := flag_of(str(held))) is not None:
        value[last] = flag
        return True
    del value[last]
    return False


def is_plain(error: ErrorDetails) -> bool:
    """Whether what was mended means only one thing: also a single value where other versions of FHIR have no list."""
    return error["type"] in _PLAIN or (error["loc"][:1], error["loc"][-1:]) == (("participant",), ("role",))


def mark_period(resource: Any, place: Sequence[int | str]) -> None:  # noqa: ANN401 - it is whatever came in.
    """Let a period say that a part of it, or all of it, was taken out: it isn't open for that."""
    index = next((index for index, part in enumerate(place) if part in _PERIODS), None)
    if index is None:
        return
    for part in place[:index]:
        resource = resource[part]
    period = resource.setdefault(place[index], {})
    if isinstance(period, dict):
        period[HAS_FAULT] = True


def _is_text(held: list[Any], *, is_long: bool) -> bool:
    """Whether a list holds one text, or a text in several parts where there may be such."""
    return all(isinstance(part, str) for part in held) and (len(held) == 1 or (is_long and len(held) > 1))
