"""The files of an export folder: which there are, and the resources in them, line by line.

The format is the NDJSON of the FHIR Bulk Data Access guide: one resource a line, one type a file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from adapters.fhir.resources import Resource
from router.errors import CarerouteError

# `Patient.ndjson`, `Patient.000.ndjson`, `Patient-1.ndjson`, `Patient_1.ndjson`, `1.Patient.ndjson`.
_NAME = re.compile(r"(?:\d+[._-])?([A-Z][A-Za-z]+)(?:[._-].*)?\.ndjson")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Read = TypeVar("Read", bound=Resource, covariant=True)  # noqa: PLC0105 - the name says what it stands for.


class ExportError(CarerouteError):
    """An export can't be read: the file, the line and the field at fault, and what is wrong, without any value."""

    def __init__(self, file: str, line: int | None, field: str, message: str) -> None:
        places = (file, f"line {line}" if line else "", field)
        super().__init__(f"{', '.join(place for place in places if place)}: {message}")
        self.file = file
        self.line = line
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class Entry(Generic[Read]):
    """A resource and where it was read."""

    resource: Read
    type: str
    file: str
    line: int

    @property
    def source(self) -> str:
        """The id of the resource, or where it stands if it has none."""
        return self.resource.id or f"{self.file}:{self.line}"

    def error(self, path: str, message: str) -> ExportError:
        """The error that this resource can't be taken as it is."""
        return ExportError(self.file, self.line, path, message)


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of an export by the type of their resources, and those that aren't NDJSON of a type."""

    files: dict[str, list[Path]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)

    def entries(self, kind: str, model: type[Read]) -> Iterator[Entry[Read]]:
        """Read the resources of a type in the order of files and lines.

        Raises ExportError for a line that isn't a valid resource, and for an id that is there twice.
        """
        places: dict[str, Entry[Read]] = {}
        for path in self.files.get(kind, []):
            for number, line in _lines(path):
                entry = Entry(_parsed(path.name, number, line, model), kind, path.name, number)
                known = places.setdefault(entry.source, entry)
                if known is not entry:
                    raise entry.error("id", f"is also the id of line {known.line} in {known.file}")
                yield entry


def open_folder(directory: Path) -> Folder:
    """Look at what is in a folder. Raises ExportError when it is no folder or can't be read."""
    folder = Folder()
    try:
        paths = sorted(path for path in directory.iterdir() if path.is_file() and not path.name.startswith("."))
    except NotADirectoryError:
        raise ExportError(directory.name, None, "", "is not a folder") from None
    except FileNotFoundError:
        raise ExportError(directory.name, None, "", "there is no such folder") from None
    except OSError as error:
        raise ExportError(directory.name, None, "", f"can't be read ({error.strerror})") from None
    for path in paths:
        if name := _NAME.fullmatch(path.name):
            folder.files.setdefault(name[1], []).append(path)
        else:
            folder.others.append(path.name)
    return folder


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                text = line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line
                if text.strip():
                    yield number, text
    except OSError as error:
        raise ExportError(path.name, None, "", f"can't be read ({error.strerror})") from None


def _parsed(file: str, number: int, line: bytes, model: type[Read]) -> Read:
    try:
        return model.model_validate_json(line)
    except ValidationError as invalid:
        first = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
    # The error is raised here so that it doesn't drag along the one of the validation.
    if first["type"] == "json_invalid":
        raise ExportError(file, number, "", "is not readable JSON")
    message = first["msg"]
    if first["loc"][-1:] == ("id",) and first["type"] == "string_pattern_mismatch":
        message = "must have 1 to 128 characters, without white space or any of / ? # |"
    raise ExportError(file, number, ".".join(str(part) for part in first["loc"]), message)
