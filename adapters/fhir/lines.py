"""The resources in a file, one after the other: NDJSON, a Bundle or a single resource, packed by gzip or not.

Nothing is believed of a file's name but the type: gzip is known by its first bytes, and JSON by being it.
"""

import gzip
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any, cast

from adapters.documents.repeated_keys import marking_repeats, repeated_here
from adapters.fhir import bundles, framing, full_urls
from adapters.fhir.bundles import BundleNotes
from adapters.fhir.errors import EmptyFileError, ExportError
from adapters.fhir.files import SourceFile
from adapters.fhir.framing import Lines

UNPACKED_LIMIT = 8 * 2**30
"""To how many bytes one file may unpack: a few hundred bytes of gzip can hold gigabytes."""
LINE_LIMIT = 16 * 2**20
"""How many bytes one resource may have."""
WHOLE_LIMIT = 512 * 2**20
"""How many bytes a Bundle may have, which can't be read but as a whole."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"
_BINARY = (b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"PAR1")
# With what a resource that takes many lines begins.
_PRETTY = (b"{", b"[{")
_FRAMED = re.compile(rb'"Bundle"|"resource"\s*:')
_DECODER = json.JSONDecoder(object_pairs_hook=marking_repeats)
_TOO_LONG = b"{ the line is longer than any resource may be"


@dataclass(frozen=True, slots=True)
class Line:
    """One resource as bytes of JSON, and its line, or its place in a Bundle, from 1."""

    number: int
    data: bytes


def lines_of(file: SourceFile, notes: BundleNotes, limit: int = UNPACKED_LIMIT) -> Iterator[Line]:
    """Read a file, resource by resource. Raises ExportError where it can't be read any further."""
    try:
        with file.path.open("rb") as packed:
            start = packed.read(2)
            packed.seek(0)
            if start == _GZIP:
                with gzip.GzipFile(fileobj=packed) as unpacked:
                    yield from _resources(file, _decoded(cast("IO[bytes]", unpacked)), notes, limit)
            else:
                yield from _resources(file, _decoded(packed), notes, limit)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise ExportError(file.name, None, "", "can't be read (the packed file is damaged or cut off)") from None
    except OSError as error:
        raise ExportError(file.name, None, "", f"can't be read ({error.strerror})") from None


def _decoded(data: IO[bytes]) -> Lines:
    """The data as UTF-8; Windows writes UTF-16 with a byte order mark."""
    start = data.read(2)
    data.seek(0)
    if start not in framing.UTF_16:
        return data
    return framing.Recoded(data)


def _resources(file: SourceFile, data: Lines, notes: BundleNotes, limit: int) -> Iterator[Line]:
    first, number = data.readline(LINE_LIMIT + 1), 1
    if first.removeprefix(BYTE_ORDER_MARK).strip() == b"[":
        # A list over several lines, of resources each on one or on many.
        first, number = data.readline(LINE_LIMIT + 1), 2
    start = first.removeprefix(BYTE_ORDER_MARK).lstrip(framing.MARKS)
    is_ndjson = ".ndjson" in file.name.lower() or ".jsonl" in file.name.lower()
    if first.startswith(_BINARY) or (start and start[:1] not in b"{[" and not is_ndjson):
        raise ExportError(file.name, None, "", "can't be read (it is not JSON)")
    is_whole = not is_ndjson and _json(first) is None
    if is_whole or start.strip() in _PRETTY:
        whole = first.removeprefix(BYTE_ORDER_MARK) + data.read(WHOLE_LIMIT + 1 - len(first))
        if not whole.strip():
            raise EmptyFileError(file.name)
        resources = _many_lines(file, whole, notes)
        if resources is not None:
            yield from resources
            return
        if is_whole and first:
            raise ExportError(file.name, None, "", "can't be read (it is not JSON, or is too long)")
        data = BytesIO(whole)
        first = data.readline(LINE_LIMIT + 1)
    for line in _lines(file, first, data, limit, number):
        framed = _json(line.data) if _FRAMED.search(line.data) else None
        if isinstance(framed, dict) and framed.get("resourceType") == "Bundle":
            yield from _each(file, framed, notes)
        elif isinstance(framed, dict) and "resourceType" not in framed and isinstance(framed.get("resource"), dict):
            # The entries of a Bundle, each on a line.
            yield from _each(file, {"resourceType": "Bundle", "entry": [framed]}, notes)
        else:
            yield line


def _many_lines(file: SourceFile, whole: bytes, notes: BundleNotes) -> Iterable[Line] | None:
    """The resources in text of which one may take many lines."""
    value = _json(whole)
    return split(file, whole, notes) if value is None else _each(file, value, notes)


def split(file: SourceFile, data: bytes, notes: BundleNotes) -> list[Line] | None:
    """The resources in text that is no NDJSON; None where any of it can't be read."""
    parts = framing.parts(data)
    if parts is None:
        return None
    found = (line for part in parts for line in _each(file, _json(part), notes))
    return [Line(number, line.data) for number, line in enumerate(found, start=1)]


def _lines(file: SourceFile, first: bytes, data: Lines, limit: int, number: int) -> Iterator[Line]:
    read, line, is_blank = 0, first, True
    while line:
        read += len(line)
        if read > limit:
            raise ExportError(file.name, number, "", "decompresses to more than the limit for one file")
        if len(line) > LINE_LIMIT and not line.endswith(b"\n"):
            read += _pass_over(data, limit)
            is_blank = False
            yield Line(number, _TOO_LONG)
        # Files that were put together have a byte order mark where each of them began.
        elif text := line.strip().removeprefix(BYTE_ORDER_MARK).strip():
            is_blank = False
            yield Line(number, text)
        number += 1
        line = data.readline(LINE_LIMIT + 1)
    if is_blank:
        raise EmptyFileError(file.name)


def _pass_over(data: Lines, limit: int) -> int:
    """Read on to the end of a line that is too long; returns how many bytes that took."""
    passed = 0
    while (more := data.readline(LINE_LIMIT)) and passed <= limit:
        passed += len(more)
        if more.endswith(b"\n"):
            break
    return passed


def _json(data: bytes) -> Any:  # noqa: ANN401 - it is whatever came in.
    try:
        return _DECODER.decode(data.decode(json.detect_encoding(data), "surrogatepass"))
    except (ValueError, RecursionError):
        return None


def _each(file: SourceFile, value: object, notes: BundleNotes) -> Iterator[Line]:
    """The resources of a Bundle or a list, or the one resource that stands alone."""
    for number, resource in enumerate(_unpacked(file, value, notes), start=1):
        if resource is not None:
            yield Line(number, json.dumps(resource).encode())


def _unpacked(file: SourceFile, value: object, notes: BundleNotes) -> Iterator[object]:
    """What is in a list or a Bundle, also in one that is in another one: batches answer with one for each request."""
    if isinstance(value, list):
        for part in value:
            yield from _unpacked(file, part, notes)
    elif isinstance(value, dict) and value.get("resourceType") == "Bundle":
        _check_once(file, value)
        notes.take(file.name, value)
        entries = value.get("entry")
        framed = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
        for entry in framed:
            _check_once(file, entry)
        for resource in full_urls.resources([entry for entry in framed if not bundles.is_outcome(entry)]):
            yield from _unpacked(file, resource, notes)
    else:
        yield value


def _check_once(file: SourceFile, framing_object: dict[str, Any]) -> None:
    """Resources under a key that occurs twice would be lost in silence, but for those under the last one."""
    for key in repeated_here(framing_object):
        raise ExportError(file.name, None, key, "occurs more than once")
