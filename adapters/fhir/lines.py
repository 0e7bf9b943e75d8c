"""The resources in a file, one after the other: NDJSON, a Bundle or a single resource, packed by gzip or not.

Nothing is believed of a file's name but the type: gzip is known by its first bytes, and JSON by being it.
"""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any, cast

from adapters.fhir.errors import ExportError
from adapters.fhir.files import SourceFile

UNPACKED_LIMIT = 8 * 2**30
"""To how many bytes one file may unpack: a few hundred bytes of gzip can hold gigabytes."""
LINE_LIMIT = 16 * 2**20
"""How many bytes one resource may have."""
WHOLE_LIMIT = 512 * 2**20
"""How many bytes a Bundle may have, which can't be read but as a whole."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"
_BINARY = (b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"\xff\xfe", b"\xfe\xff", b"PAR1")
_TOO_LONG = b"{ the line is longer than any resource may be"


@dataclass(frozen=True, slots=True)
class Line:
    """One resource as bytes of JSON, and its line, or its place in a Bundle, from 1."""

    number: int
    data: bytes


@dataclass(slots=True)
class BundleNotes:
    """What Bundles say of themselves: their own addresses, those of the pages that follow, and deletions."""

    own: set[str] = field(default_factory=set)
    following: dict[str, str] = field(default_factory=dict)
    deletions: dict[str, int] = field(default_factory=dict)

    def missing(self) -> Iterator[ExportError]:
        """The Bundles whose next page isn't there."""
        for address, file in self.following.items():
            if address not in self.own:
                yield ExportError(file, None, "link", "its next page is missing")


def lines_of(file: SourceFile, notes: BundleNotes, limit: int = UNPACKED_LIMIT) -> Iterator[Line]:
    """Read a file, resource by resource. Raises ExportError where it can't be read any further."""
    try:
        with file.path.open("rb") as packed:
            start = packed.read(2)
            packed.seek(0)
            if start == _GZIP:
                with gzip.GzipFile(fileobj=packed) as unpacked:
                    yield from _resources(file, cast("IO[bytes]", unpacked), notes, limit)
            else:
                yield from _resources(file, packed, notes, limit)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise ExportError(file.name, None, "", "can't be read (the packed file is damaged or cut off)") from None
    except OSError as error:
        raise ExportError(file.name, None, "", f"can't be read ({error.strerror})") from None


def _resources(file: SourceFile, data: IO[bytes], notes: BundleNotes, limit: int) -> Iterator[Line]:
    first = data.readline(LINE_LIMIT + 1)
    start = first.removeprefix(BYTE_ORDER_MARK).lstrip()
    is_ndjson = ".ndjson" in file.name.lower() or ".jsonl" in file.name.lower()
    if first.startswith(_BINARY) or (start and start[:1] not in b"{[" and not is_ndjson):
        raise ExportError(file.name, None, "", "can't be read (it is not JSON)")
    if not is_ndjson and _json(first) is None:
        value = _json(first + data.read(WHOLE_LIMIT + 1 - len(first)))
        if value is None and first:
            raise ExportError(file.name, None, "", "can't be read (it is not JSON, or is too long)")
        yield from _each(file, value, notes)
        return
    for line in _lines(file, first, data, limit):
        bundle = _json(line.data) if b'"Bundle"' in line.data else None
        if isinstance(bundle, dict) and bundle.get("resourceType") == "Bundle":
            yield from _each(file, bundle, notes)
        else:
            yield line


def _lines(file: SourceFile, first: bytes, data: IO[bytes], limit: int) -> Iterator[Line]:
    number, read, line = 1, 0, first
    while line:
        read += len(line)
        if read > limit:
            raise ExportError(file.name, number, "", "decompresses to more than the limit for one file")
        if len(line) > LINE_LIMIT and not line.endswith(b"\n"):
            read += _pass_over(data, limit)
            yield Line(number, _TOO_LONG)
        elif text := (line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line).strip():
            yield Line(number, text)
        number += 1
        line = data.readline(LINE_LIMIT + 1)


def _pass_over(data: IO[bytes], limit: int) -> int:
    """Read on to the end of a line that is too long; returns how many bytes that took."""
    passed = 0
    while (more := data.readline(LINE_LIMIT)) and passed <= limit:
        passed += len(more)
        if more.endswith(b"\n"):
            break
    return passed


def _json(data: bytes) -> Any:  # noqa: ANN401 - it is whatever came in.
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _each(file: SourceFile, value: object, notes: BundleNotes) -> Iterator[Line]:
    """The resources of a Bundle or a list, or the one resource that stands alone."""
    if isinstance(value, dict) and value.get("resourceType") == "Bundle":
        _take_note(file, value, notes)
        entries = value.get("entry")
        entries = entries if isinstance(entries, list) else []
        resources = [entry.get("resource") for entry in entries if isinstance(entry, dict)]
    else:
        resources = value if isinstance(value, list) else [value]
    for number, resource in enumerate(resources, start=1):
        if resource is not None:
            yield Line(number, json.dumps(resource).encode())


def _take_note(file: SourceFile, bundle: dict[str, Any], notes: BundleNotes) -> None:
    links = bundle.get("link")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and isinstance(link.get("url"), str):
            if link.get("relation") == "self":
                notes.own.add(link["url"])
            elif link.get("relation") == "next":
                notes.following[link["url"]] = file.name
    entries = bundle.get("entry")
    requests = (
        [entry.get("request") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    )
    deletions = sum(isinstance(request, dict) and request.get("method") == "DELETE" for request in requests)
    if deletions:
        notes.deletions[file.name] = deletions
