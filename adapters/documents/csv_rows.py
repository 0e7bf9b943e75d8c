"""The rows of a roster table, in whatever way spreadsheet programs write CSV (RFC 4180 and what goes beyond it).

Separators are commas, semicolons or tabs, or what a first line `sep=;` names. A quotation mark that is never closed
costs its own row, not all that follow.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TextIO

from adapters.documents.csv_lines import Line, Lines
from router.errors import FieldError, Invalid

COLUMNS = (
    "record", "id", "name", "email", "title", "active", "birth_date", "record_number", "home_site", "sites",
    "patient", "staff", "role",
)  # fmt: skip
SEPARATORS = ",;\t"
TOO_MANY_CELLS = "was skipped: it has more cells than the header"
OPEN_QUOTE = "was skipped: it has a quotation mark that isn't closed"
CUT_OFF = "was skipped: the table breaks off in it, as an unfinished download does"
NOT_CSV = "was skipped: it is not CSV, or has a cell that is too long to be read"
# A row of more lines than that has a quotation mark that is never closed.
MOST_LINES = 50

_NAMED_SEPARATOR = re.compile(r"\"?sep=([^\"\r\n])\"?\s*", re.IGNORECASE)
_KIND = r"\s*\"?(site|staff|patient|care_team)\"?\s*"
# How csv says that the text ends within quotation marks.
_ENDS_IN_QUOTES = "unexpected end of data"
# With that, programs of DOS end a text.
_END_OF_TEXT = "\x1a"
# Spreadsheets mark what is to be text, and what might be taken for a formula, with an apostrophe.
_TEXT_MARK = re.compile(r"'(?=[=+@\d-])")
# Or they write a formula that gives a text: ="00100".
_TEXT_FORMULA = re.compile(r'="((?:[^"]|"")*)"')


@dataclass(frozen=True, slots=True)
class Row:
    """A row by the number of its first line; of one with a `fault` not all cells can be relied on."""

    line: int
    cells: Mapping[str, str]
    """The cells by column; those that the row doesn't have are not there."""
    fault: str = ""

    def get(self, column: str) -> str:
        """A cell, empty where there is none."""
        cell = self.cells.get(column, "").strip()
        if formula := _TEXT_FORMULA.fullmatch(cell):
            return formula[1].replace('""', '"').strip()
        return _TEXT_MARK.sub("", cell, count=1) if cell.startswith("'") else cell


@dataclass(frozen=True, slots=True)
class _Table:
    header: Sequence[str]
    separator: str
    begins: re.Pattern[str]
    """How a line begins that begins a row."""


def read_rows(text: TextIO, file: str) -> Iterator[Row]:
    """Read rows by the columns that the header names; empty ones are left out, and so is the header where it recurs.

    Raises Invalid where there is no header.
    """
    lines = Lines(text)
    first = lines.next() or Line(1, "")
    named = _NAMED_SEPARATOR.fullmatch(first.text)
    if named:
        first = lines.next() or Line(2, "")
    separator = named[1] if named else max(SEPARATORS, key=first.text.count)
    header = _header(next(csv.reader([first.text], delimiter=separator), []), f"{file}, line {first.number}")
    table = _Table(header, separator, _beginning(header.index("record"), re.escape(separator)))
    while (line := lines.next()) is not None:
        yield from _row(table, line, lines)


def _beginning(place: int, separator: str) -> re.Pattern[str]:
    cell = rf"(?:\s*\"(?:[^\"]|\"\")*\"\s*|[^\"{separator}\r\n]*)"
    return re.compile(rf"(?:{cell}{separator}){{{place}}}{_KIND}(?:{separator}|[\r\n]|$)", re.IGNORECASE)


def _row(table: _Table, first: Line, lines: Lines) -> Iterator[Row]:
    """Read the row that begins with a line, and as many lines as it takes."""
    if first.is_cut:
        yield Row(first.number, {}, NOT_CSV)
        return
    more: list[Line] = []
    try:
        following = _lines_of_row(table, first, lines, more)
        cells = next(csv.reader(following, delimiter=table.separator, strict=True), [])
    except csv.Error as error:
        if _ENDS_IN_QUOTES in str(error):
            if len(more) == MOST_LINES - 1:
                # Nothing tells where the row should have ended: what follows its first line may be rows of others.
                lines.give_back(more)
            yield from _broken(table, first, CUT_OFF if _is_last([first, *more]) else OPEN_QUOTE)
        else:
            yield from _read(table, [first, *more])
        return
    yield from _made(table, [first, *more], cells)


def _lines_of_row(table: _Table, first: Line, lines: Lines, more: list[Line]) -> Iterator[str]:
    """The lines for as long as they are asked for, and neither begin another row nor are too many."""
    yield first.text
    while len(more) < MOST_LINES - 1 and (line := lines.next()) is not None:
        if line.is_cut or table.begins.match(line.text):
            lines.give_back([line])
            return
        more.append(line)
        yield line.text


def _read(table: _Table, lines: Sequence[Line]) -> Iterator[Row]:
    """Read a row that isn't CSV in the strict sense, as one with quotation marks within a cell."""
    try:
        rows = list(csv.reader([line.text for line in lines], delimiter=table.separator))
    except csv.Error:
        yield Row(lines[0].number, {}, NOT_CSV)
        return
    for cells in rows:
        yield from _made(table, lines, cells)


def _made(table: _Table, lines: Sequence[Line], cells: Sequence[str]) -> Iterator[Row]:
    if any(cell.replace(_END_OF_TEXT, "").strip() for cell in cells) and _names(cells) != table.header:
        fault = TOO_MANY_CELLS if any(cell.strip() for cell in cells[len(table.header) :]) else ""
        if len(cells) < len(table.header) and _is_last(lines):
            fault = CUT_OFF
        yield Row(lines[0].number, dict(zip(table.header, cells, strict=False)), fault)


def _is_last(lines: Sequence[Line]) -> bool:
    """Whether the text ends in a row, without a line end: in the last cell, that is normal."""
    return not lines[-1].text.endswith(("\n", "\r"))


def _broken(table: _Table, line: Line, fault: str) -> Iterator[Row]:
    """A row with a quotation mark that is never closed: of what it says only who it is about is read."""
    for row in _read(table, [line._replace(text=line.text.replace('"', ""))]):
        yield Row(line.number, row.cells, fault if fault == CUT_OFF else row.fault or fault)


def _names(cells: Sequence[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def _header(cells: list[str], place: str) -> list[str]:
    names = _names(cells)
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
