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

from adapters.documents.repeated_keys import RepeatedKeyError, marking_repeats, repeated_keys, without_repeats
from adapters.fhir import framing, mending, resources
from adapters.fhir.errors import ExportError
from adapters.fhir.resources import Resource
from adapters.fhir.types import READ_TYPES

MODELS: Mapping[str, type[Resource]] = {kind: getattr(resources, kind) for kind in READ_TYPES}
ID_MESSAGE = "must have 1 to 128 characters, without white space or any of / ? # |"
UNREADABLE = "is not readable JSON"
NO_OBJECT = "Input should be an object"
BROKEN_UNICODE = "contains broken characters, which were removed"
ABSENT = "is null or empty: it was read as absent"
NOT_UTF_8 = "is not UTF-8: it was read as Windows-1252"
REPEATED = "occurs more than once"
# What is no resource at all, and what servers answer instead of one.
NO_RESOURCE = "File"
ANSWERS = frozenset({NO_RESOURCE, "OperationOutcome"})
# Each round of mending removes what is wrong on one level; resources are not nested any deeper.
_ROUNDS = 12
_IDENTITY = (("id",), ("resourceType",))
_START = re.compile(rb'\s*\{\s*(?:"resourceType"\s*:\s*"\w+"\s*,\s*)?"id"\s*:\s*"([^"\\]{1,128})"')
_CHECKING = json.JSONDecoder(object_pairs_hook=without_repeats, strict=False)
_MARKING = json.JSONDecoder(object_pairs_hook=marking_repeats, strict=False)

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
    What was made of it may be a guess, at which a person should look.
    """

    path: str
    message: str
    is_mended: bool = False
    is_certain: bool = False
    is_guess: bool = False


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

    def has_fault(self, element: str) -> bool:
        """Whether something in this element was not as it should be, such as a null, even if its meaning is plain."""
        return any(fault.path.partition(".")[0] == element for fault in self.faults)


@dataclass(frozen=True, slots=True)
class LostLine:
    """A line that makes no resource; `id` is that of the resource where it can be made out.

    `is_answer` says that it is none of the data: what a server answers instead of it.
    """

    place: Place
    message: str
    path: str = ""
    id: str | None = None
    text: bytes = b""
    is_answer: bool = False

    @property
    def source(self) -> str:
        """What the line is about as far as is known."""
        return self.id or f"{self.place.file}:{self.place.line}"


@dataclass(frozen=True, slots=True)
class OtherResource:
    """A resource of a type that isn't read."""

    type: str


Outcome = Entry[Resource] | LostLine | OtherResource


def read_entry(file: str, number: int, data: bytes, kind: str | None, *, is_plain: bool = False) -> Outcome:
    """Make a resource of a line; `kind` is the type that its file should hold, None where any may be in it.

    `is_plain` says that the line was read before, and that nothing was wrong with it.
    """
    if kind is not None and (is_plain or not _has_repeats(data)):
        try:
            return Entry(MODELS[kind].model_validate_json(data), kind, file, number)
        except ValidationError:
            pass  # What is wrong is found out below, and mended as far as possible.
    try:
        return _mended_line(Place(kind or "File", file, number), data, kind)
    except RecursionError:
        return LostLine(Place(kind or "File", file, number), UNREADABLE)


def _has_repeats(data: bytes) -> bool:
    """Whether a key occurs twice in an object: the reader of models would take the last of them in silence."""
    try:
        _CHECKING.decode(data.decode())
    except RepeatedKeyError:
        return True
    except (ValueError, RecursionError):
        # What is wrong with it is found out elsewhere.
        return False
    return False


def _mended_line(place: Place, data: bytes, kind: str | None) -> Outcome:
    text = data.decode("utf-8", "surrogateescape")
    foreign = any("\udc80" <= letter <= "\udcff" for letter in text) if not text.isascii() else False
    try:
        value = _MARKING.decode(mending.as_latin_1(text) if foreign else text)
    except ValueError:
        # What is in it besides the first resource can't be told.
        found = None if framing.holds_several(data) else _START.match(data)
        return LostLine(place, UNREADABLE, "", found[1].decode("utf-8", "replace") if found else None, data)
    if not isinstance(value, dict):
        return LostLine(place, NO_OBJECT, text=data)
    stated = value.get("resourceType")
    if not isinstance(stated, str) or stated not in MODELS:
        return _unknown(place, stated, value, kind)
    scrubbed, repeated = mending.scrubbed(value), repeated_keys(value)
    faults = [Fault("", NOT_UTF_8, is_mended=True, is_guess=True)] if foreign else []
    if scrubbed != value:
        faults.append(Fault("", BROKEN_UNICODE, is_mended=True))
    if any(one.place in _IDENTITY and not one.is_same for one in repeated):
        # Either may be meant, so that nobody is known to be absent.
        return LostLine(Place("File", place.file, place.line), REPEATED, text=data)
    mending.take_out(scrubbed, [one for one in repeated if not one.is_same])
    faults += [
        Fault(".".join(map(str, one.place)), REPEATED, is_mended=one.is_same, is_certain=one.is_same)
        for one in repeated
    ]
    return _mended(Place(stated, place.file, place.line), scrubbed, faults)


def error_of(place: Place, fault: Fault) -> ExportError:
    """The error that this fault is where nothing is mended."""
    return ExportError(place.file, place.line, fault.path, fault.message)


def _unknown(place: Place, stated: object, value: Mapping[str, Any], kind: str | None) -> Outcome:
    if kind is None:
        return OtherResource(stated if isinstance(stated, str) and stated.isalpha() else NO_RESOURCE)
    known = value.get("id") if isinstance(value.get("id"), str) else None
    is_answer = not isinstance(stated, str) or stated in ANSWERS
    return LostLine(place, f"Input should be '{kind}'", "resourceType", known, is_answer=is_answer)


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
            is_absent = mending.is_absent(value, error)
            is_mended = mending.mend(value, error) or is_absent
            if not is_mended:
                mending.mark_period(value, error["loc"])
            message = ABSENT if is_absent else mending.WORDS[error["type"]] if is_mended else error["msg"]
            is_certain = is_absent or (is_mended and mending.is_plain(error))
            mended.append(Fault(path, message, is_mended, is_certain=is_certain))
        found += reversed(mended)
    return LostLine(place, UNREADABLE)
