"""What all documents share: strict shapes, and reading one from bytes or from parsed JSON."""

import json
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from adapters.documents.problems import MOST_ERRORS, WORDS, field_errors, repeated_error
from adapters.documents.repeated_keys import RepeatedKeyError, marking_repeats, repeated_keys, without_repeats
from router.errors import FieldError, Invalid

# Longer than any document may be.
LONGEST_TEXT = 2**30


def _not_json(_constant: str) -> NoReturn:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError


DECODER = json.JSONDecoder(parse_constant=_not_json, object_pairs_hook=without_repeats)
# For what the one above refuses, to find what is repeated.
MARKING_DECODER = json.JSONDecoder(parse_constant=_not_json, object_pairs_hook=marking_repeats)


class Document(BaseModel):
    """A JSON object with known fields only, whose errors never show what came in."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        hide_input_in_errors=True,
        frozen=True,
        # Only a text that is measured is looked at: lone surrogates are refused then.
        str_max_length=LONGEST_TEXT,
    )


NOT_VALID = "The document is not valid."
Shape = TypeVar("Shape", bound=Document)


def load(data: bytes) -> object:
    """Parse JSON in UTF-8. Raises Invalid for anything else, and if an object has a field twice.

    Python's own parser keeps lone surrogates, so that the field that contains one can be named afterwards.
    """
    try:
        text = data.decode("utf-8-sig")
        try:
            loaded: object = DECODER.decode(text)
        except RepeatedKeyError:
            repeated = repeated_keys(MARKING_DECODER.decode(text), MOST_ERRORS)
            errors = [repeated_error(one.place) for one in repeated]
            raise Invalid(NOT_VALID, errors) from None
    except (ValueError, RecursionError):
        raise not_json() from None
    return loaded


def not_json() -> Invalid:
    """The refusal of bytes that aren't JSON in UTF-8."""
    return Invalid("The document is not JSON.", [FieldError("", WORDS["json_invalid"])])


def no_object() -> Invalid:
    """The refusal of JSON that isn't an object."""
    return Invalid(NOT_VALID, [FieldError("", WORDS["model_type"])])


def read(shape: type[Shape], value: object) -> Shape:
    """Check a value against the shape of a document. Raises Invalid with the fields."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        raise Invalid(NOT_VALID, field_errors(error)) from None


def without_defaults(schema: dict[str, Any]) -> None:
    """Declare no defaults: a client that sends every default would change fields that nobody named."""
    for described in schema["properties"].values():
        described.pop("default", None)


def schemas(*shapes: type[Document]) -> dict[str, Any]:
    """The JSON schemas of documents and their parts, by name, for an API description."""
    found: dict[str, Any] = {}
    for shape in shapes:
        schema = shape.model_json_schema(ref_template="#/components/schemas/{model}")
        found |= schema.pop("$defs", {})
        found[shape.__name__] = schema
    return found
