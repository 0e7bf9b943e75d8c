"""The rows of a roster table, in whatever way spreadsheet programs write CSV (RFC 4180 and what goes beyond it).

Separators are commas, semicolons or tabs, or what a first line `sep=;` names; the text is UTF-8, UTF-16 with a byte
order mark, or else Windows-1252. A quotation mark that is never closed costs its own row, not all that follow.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from typing import IO

from router.errors import FieldError, Invalid

COLUMNS = (
    "record", "id", "name", "email", "title", "active", "birth_date", "record_number", "home_site", "sites",
    "patient", "staff", "role",
)  # fmt: skip
SEPARATORS = ",;\t"
TOO_MANY_CELLS = "was skipped: it has more cells than the header"
OPEN_QUOTE = "was skipped: it has a quotation mark that isn't closed"
NOT_CSV = "was skipped: it is not CSV, or has a cell that is too long to be read"
CHUNK = 2**16

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NAMED_SEPARATOR = re.compile(r"\"?sep=(.)\"?\s*", re.IGNORECASE)
_BEGINNING = r"\"?(site|staff|patient|care_team)\"?\s*{}"
# How csv says that the text ends within quotation marks.
_ENDS_IN_QUOTES = "unexpected end of data"


@dataclass(frozen=True, slots=True)
class Row:
    """A row by the number of its first line; of one with a `fault` not all cells can be relied on."""

    line: int
    cells: Mapping[str, str]
    """The cells by column; those that the row doesn't have are not there."""
    fault: str = ""

    def get(self, column: str) -> str:
        """A cell, empty where there is none."""
        return self.cells.get(column, "").strip()


def as_text(data: IO[bytes]) -> tuple[TextIOWrapper, bool]:
    """The table as text, and whether it had to be taken for Windows-1252, since some byte of it isn't UTF-8."""
    start = data.read(2)
    data.seek(0)
    encoding, errors = ("utf-16", "replace") if start in _UTF_16 else ("utf-8-sig", "strict")
    if encoding != "utf-16" and not _is_utf_8(data):
        encoding, errors = "cp1252", "replace"
    data.seek(0)
    return TextIOWrapper(data, encoding=encoding, errors=errors, newline=""), encoding == "cp1252"


def read_rows(text: Iterator[str], file: str) -> Iterator[Row]:
    """Read rows by the columns that the header names; empty ones are left out.

    Raises Invalid where there is no header.
    """
    first, number = next(text, ""), 1
    named = _NAMED_SEPARATOR.fullmatch(first)
    if named:
        first, number = next(text, ""), 2
    separator = named[1] if named else max(SEPARATORS, key=first.count)
    header = _header(next(csv.reader([first], delimiter=separator), []), f"{file}, line {number}")
    begins = re.compile(_BEGINNING.format(re.escape(separator)), re.IGNORECASE)
    lines: list[str] = []
    for place, line in enumerate(text, start=number + 1):
        if lines and begins.match(line):
            yield from _broken(lines, header, separator, place - len(lines))
            lines = []
        lines.append(line)
        if '"' in line and _is_open(lines, separator):
            continue
        if len(lines) == 1 or '"' in line:
            yield from _read(lines, header, separator, place - len(lines) + 1)
            lines = []
    if lines:
        yield from _broken(lines, header, separator, place - len(lines) + 1)


def _is_utf_8(data: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := data.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_open(lines: Sequence[str], separator: str) -> bool:
    """Whether the lines end within quotation marks."""
    try:
        for _ in csv.reader(lines, delimiter=separator, strict=True):
            pass
    except csv.Error as error:
        return _ENDS_IN_QUOTES in str(error)
    return False


def _read(lines: Sequence[str], header: Sequence[str], separator: str, place: int) -> Iterator[Row]:
    try:
        rows = list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        yield Row(place, {}, NOT_CSV)
        return
    for cells in rows:
        if any(cell.strip() for cell in cells):
            has_too_many = any(cell.strip() for cell in cells[len(header) :])
            yield Row(place, dict(zip(header, cells, strict=False)), TOO_MANY_CELLS if has_too_many else "")


def _broken(lines: Sequence[str], header: Sequence[str], separator: str, place: int) -> Iterator[Row]:
    """A row with a quotation mark that is never closed: of what it says only who it is about is read."""
    marks = lines[0].replace('"', "")
    for row in _read([marks], header, separator, place):
        yield Row(place, row.cells, row.fault or OPEN_QUOTE)


def _header(cells: list[str], place: str) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    errors = [
        FieldError(place, f"names no known column in place {number}")
        for number, name in enumerate(names, start=1)
        if name not in COLUMNS
    ]
    errors += [
        FieldError(place, f"must name the column {name} once")
        for name in COLUMNS
        if names.count(name) > 1 or (name in COLUMNS[:3] and name not in names)
    ]
    if errors:
        raise Invalid("The first line is not the header of a roster. `careroute roster template` prints it.", errors)
    return names
