"""What is wrong with a document, field by field, in our own words. No input is ever repeated."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any

from pydantic import ValidationError

from router.errors import FieldError

# The type of errors that our own validators raise: their message is already in our words.
SAID = "said"
# A document with thousands of wrong rows is wrong in one way; nobody reads further than this.
MOST_ERRORS = 100

# How pydantic marks that the key of an object is wrong rather than what it leads to.
KEY_MARK = "[key]"

WORDS = {
    "missing": "is required",
    "extra_forbidden": "has a field that is not known",
    "json_invalid": "is not JSON",
    "string_type": "must be text",
    "string_unicode": "must not contain broken Unicode",
    "string_too_short": "must not be empty",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "must be a smaller number",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
}
WORDS_WITH_A_LIMIT = {
    "string_too_long": "must have at most {max_length} characters",
    "too_long": "must have at most {max_length} items",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "enum": "must be one of {expected}",
}
# Words of letters with digits after them, joined by underscores or hyphens, no longer than names of fields are.
FIELD_NAME = re.compile(r"(?=.{1,40}$)[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z_][A-Za-z0-9_]*)*")
NOT_KNOWN = "is not a known field"
NOT_AN_ID = "has a key that can't be an id"
OTHERWISE = "is not valid"
REPEATED = "occurs more than once"
REPEATED_BELOW = "has a field that occurs more than once"


def field_errors(error: ValidationError, above: Sequence[int | str] = ()) -> list[FieldError]:
    """The fields that are wrong, by dotted paths relative to the document, which is itself the empty path.

    `above` leads to what was checked, where that is a part of the document.
    """
    found = error.errors(include_input=False, include_url=False)
    return in_words([(one["type"], (*above, *one["loc"]), one.get("ctx", {}), one["msg"]) for one in found])


def repeated_error(place: Sequence[int | str]) -> FieldError:
    """A field that occurs more than once; it is named as far as its path is one that a programmer may have chosen."""
    named = list(takewhile(lambda part: isinstance(part, int) or FIELD_NAME.fullmatch(part), place))
    return FieldError(_path(named), REPEATED if len(named) == len(place) else REPEATED_BELOW)


def in_words(found: Iterable[tuple[str, Sequence[int | str], Mapping[str, Any], str]]) -> list[FieldError]:
    """Errors as pydantic describes them (type, place, context, message), each field and message once."""
    described = list(found)
    bad_keys = {tuple(place[:-1]) for _, place, _, _ in described if place and place[-1] == KEY_MARK}
    lengths = {len(key) for key in bad_keys}
    errors = dict.fromkeys(_error(*one) for one in described if not _below(one[1], bad_keys, lengths))
    return list(errors)[:MOST_ERRORS]


def _below(place: Sequence[int | str], bad_keys: Collection[tuple[int | str, ...]], lengths: Collection[int]) -> bool:
    """Whether a place is reached through a key that can't be one, which is somebody's text and not part of a path."""
    return place[-1:] != (KEY_MARK,) and any(tuple(place[:length]) in bad_keys for length in lengths)


def _error(kind: str, place: Sequence[int | str], context: Mapping[str, Any], message: str) -> FieldError:
    if place and place[-1] == KEY_MARK:
        return FieldError(_path(place[:-2]), NOT_AN_ID)
    if kind == "extra_forbidden":
        # The name of an unknown field is input: it is repeated only if a programmer may have chosen it.
        named = FIELD_NAME.fullmatch(str(place[-1]))
        return FieldError(_path(place), NOT_KNOWN) if named else FieldError(_path(place[:-1]), WORDS[kind])
    return FieldError(_path(place), message if kind == SAID else _words(kind, context))


def _words(kind: str, context: Mapping[str, Any]) -> str:
    if kind in WORDS_WITH_A_LIMIT:
        expected = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        return WORDS_WITH_A_LIMIT[kind].format_map({**context, "expected": expected})
    return WORDS.get(kind, OTHERWISE)


def _path(place: Sequence[int | str]) -> str:
    return ".".join(str(part).strip() for part in place)
