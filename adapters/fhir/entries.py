"""A resource out of a line of JSON, even where parts of it can't be read.

An element that has another type than FHIR gives it, or a value that there isn't, is left out and named; what is read
stands. A line that is no JSON, or has no usable id, makes no resource.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from adapters.fhir import framing, resources
from adapters.fhir.errors import ExportError
from adapters.fhir.resources import Resource
from adapters.fhir.types import READ_TYPES

MODELS: Mapping[str, type[Resource]] = {kind: getattr(resources, kind) for kind in READ_TYPES}
ID_MESSAGE = "must have 1 to 128 characters, without white space or any of / ? # |"
UNREADABLE = "is not readable JSON"
NO_OBJECT = "Input should be an object"
BROKEN_UNICODE = "contains broken characters, which were removed"
ABSENT = "is null: it was read as absent"
NOT_UTF_8 = "is not UTF-8: it was read as Windows-1252"
# Each round of mending removes what is wrong on one level; resources are not nested any deeper.
_ROUNDS = 12
_SURROGATES = re.compile("[\ud800-\udfff]")
_START = re.compile(rb'\s*\{\s*(?:"resourceType"\s*:\s*"\w+"\s*,\s*)?"id"\s*:\s*"([^"\\]{1,128})"')
# Lists that hold what would be taken from somebody.
_EMPTYING = frozenset({"name", "telecom", "identifier", "participant", "practitioner", "subject", "id", "resourceType"})
_FLAGS = {"true": True, "false": False}

Read = TypeVar("Read", bound=Resource, covariant=True)  # noqa: PLC0105 - the name says what it stands for.


@dataclass(frozen=True, slots=True)
class Place:
    """Where a resource stands."""

    type: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Fault:
    """An element that could not be read as it stands.

    Where it `is_mended` something was made of it all the same, and where that `is_certain` there is no doubt about it.
    """

    path: str
    message: str
    is_mended: bool = False
    is_certain: bool = False


@dataclass(frozen=True, slots=True)
class Entry(Generic[Read]):
    """A resource and where it was read, with what could not be read of it."""

    resource: Read
    type: str
    file: str
    line: int
    faults: tuple[Fault, ...] = ()

    @property
    def source(self) -> str:
        """The id of the resource, or where it stands if it has none."""
        return self.resource.id or f"{self.file}:{self.line}"

    @property
    def is_faulty(self) -> bool:
        """Whether something in it could not be read for certain."""
        return any(not fault.is_certain for fault in self.faults)

    def lacks(self, *elements: str) -> bool:
        """Whether one of these elements, or a part of it, could not be read."""
        return any(not fault.is_certain and fault.path.partition(".")[0] in elements for fault in self.faults)


@dataclass(frozen=True, slots=True)
class LostLine:
    """A line that makes no resource; `id` is that of the resource where it can be made out."""

    place: Place
    message: str
    path: str = ""
    id: str | None = None
    text: bytes = b""

    @property
    def source(self) -> str:
        """What the line is about as far as is known."""
        return self.id or f"{self.place.file}:{self.place.line}"


@dataclass(frozen=True, slots=True)
class OtherResource:
    """A resource of a type that isn't read."""

    type: str


Outcome = Entry[Resource] | LostLine | OtherResource


def read_entry(file: str, number: int, data: bytes, kind: str | None) -> Outcome:
    """Make a resource of a line; `kind` is the type that its file should hold, None where any may be in it."""
    if kind is not None:
        try:
            return Entry(MODELS[kind].model_validate_json(data), kind, file, number)
        except ValidationError:
            pass  # What is wrong is found out below, and mended as far as possible.
    try:
        return _mended_line(Place(kind or "File", file, number), data, kind)
    except RecursionError:
        return LostLine(Place(kind or "File", file, number), UNREADABLE)


def _mended_line(place: Place, data: bytes, kind: str | None) -> Outcome:
    text = data.decode("utf-8", "surrogateescape")
    foreign = any("\udc80" <= letter <= "\udcff" for letter in text) if not text.isascii() else False
    try:
        value = json.loads(_as_latin_1(text) if foreign else text, strict=False)
    except ValueError:
        # What is in it besides the first resource can't be told.
        found = None if framing.holds_several(data) else _START.match(data)
        return LostLine(place, UNREADABLE, "", found[1].decode("utf-8", "replace") if found else None, data)
    if not isinstance(value, dict):
        return LostLine(place, NO_OBJECT, text=data)
    stated = value.get("resourceType")
    if not isinstance(stated, str) or stated not in MODELS:
        return _unknown(place, stated, value, kind)
    scrubbed = _scrubbed(value)
    faults = [Fault("", NOT_UTF_8, is_mended=True)] if foreign else []
    if scrubbed != value:
        faults.append(Fault("", BROKEN_UNICODE, is_mended=True))
    return _mended(Place(stated, place.file, place.line), scrubbed, faults)


def error_of(place: Place, fault: Fault) -> ExportError:
    """The error that this fault is where nothing is mended."""
    return ExportError(place.file, place.line, fault.path, fault.message)


def _unknown(place: Place, stated: object, value: Mapping[str, Any], kind: str | None) -> Outcome:
    if kind is None:
        return OtherResource(stated if isinstance(stated, str) and stated.isalpha() else "File")
    known = value.get("id")
    return LostLine(place, f"Input should be '{kind}'", "resourceType", known if isinstance(known, str) else None)


def _as_latin_1(text: str) -> str:
    """Bytes that are no UTF-8 as the characters of their numbers: Windows-1252, but for its punctuation."""
    return "".join(chr(ord(letter) - 0xDC00) if "\udc80" <= letter <= "\udcff" else letter for letter in text)


def _scrubbed(value: Any) -> Any:  # noqa: ANN401 - it is whatever came in.
    """The value with a NUL, which is dropped and reported wherever it stands, for each half of a broken character."""
    if isinstance(value, str):
        return _SURROGATES.sub("\0", value)
    if isinstance(value, list):
        return [_scrubbed(part) for part in value]
    if isinstance(value, dict):
        return {_SURROGATES.sub("\0", key): _scrubbed(part) for key, part in value.items()}
    return value


def _mended(place: Place, value: dict[str, Any], found: list[Fault]) -> Outcome:
    for _ in range(_ROUNDS):
        try:
            resource = MODELS[place.type].model_validate_json(json.dumps(value))
            return Entry(resource, place.type, place.file, place.line, tuple(found))
        except ValidationError as invalid:
            errors = invalid.errors(include_url=False, include_context=False, include_input=False)
        if not errors[0]["loc"]:
            break
        mended: list[Fault] = []
        for error in reversed(errors):
            path = ".".join(str(part) for part in error["loc"])
            if path == "id" and MODELS[place.type].model_fields["id"].is_required():
                is_form = error["type"] == "string_pattern_mismatch"
                return LostLine(place, ID_MESSAGE if is_form else error["msg"], "id")
            is_absent = _is_absent(value, error)
            is_mended = _mend(value, error) or is_absent
            message = ABSENT if is_absent else error["msg"]
            is_certain = is_absent or (is_mended and error["type"] == "bool_type")
            mended.append(Fault(path, message, is_mended, is_certain=is_certain))
        found += reversed(mended)
    return LostLine(place, UNREADABLE)


def _is_absent(value: Any, error: ErrorDetails) -> bool:  # noqa: ANN401 - it is whatever came in.
    """Whether an element that can't be read is null where that says no more than its absence.

    Many programs write null for what isn't there. Of a list that would then be empty, and so empty something, it isn't
    certain.
    """
    *parents, last = error["loc"]
    for part in parents:
        value = value[part]
    return value[last] is None and (last not in _EMPTYING if isinstance(last, str) else parents[-1:] == ["link"])


def _mend(value: Any, error: ErrorDetails) -> bool:  # noqa: ANN401 - it is whatever came in.
    """Take the faulty element out of a resource, or put it right where its meaning is plain; says whether it was."""
    *parents, last = error["loc"]
    for part in parents:
        value = value[part]
    held = value[last]
    if error["type"] == "tuple_type" and isinstance(held, dict | str):
        value[last] = [held]
        return True
    if error["type"] == "bool_type" and isinstance(held, str) and held.strip().lower() in _FLAGS:
        value[last] = _FLAGS[held.strip().lower()]
        return True
    del value[last]
    return False
