"""A roster as a table: one file with a row for each site, member of staff, patient and line of a care team.

docs/roster.md describes the columns. A column that isn't there leaves what is known as it is; an empty cell empties it.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.documents.faulty_roster import SourceRecord, TeamDoubts
from router.errors import FieldError, Invalid
from router.practice.doubts import RecordKind
from router.practice.import_report import Finding, Level

COLUMNS = (
    "record", "id", "name", "email", "title", "active", "birth_date", "record_number", "home_site", "sites",
    "patient", "staff", "role",
)  # fmt: skip
TEMPLATE = (
    COLUMNS,
    ("site", "north", "North Clinic"),
    ("staff", "s-1", "Dr. Ada Example", "ada@practice.example", "Family medicine", "yes"),
    ("staff", "s-2", "Ben Example", "ben@practice.example", "Nurse", "yes"),
    ("patient", "p-1", "Cleo Example", "cleo@home.example", "", "yes", "1980-02-29", "MRN-1", "north", "north"),
    ("care_team", "", "", "", "", "", "", "", "", "", "p-1", "s-1", "Primary care"),
    ("care_team", "", "", "", "", "", "", "", "", "", "p-1", "s-2", "Nurse"),
)
SEPARATORS = ",;\t"
NOT_UTF_8 = "is not UTF-8: it was read as Windows-1252"
TOO_MANY_CELLS = "was skipped: it has more cells than the header"
NO_KIND = "was skipped: its first cell names no kind of record: site, staff, patient or care_team"
NO_MEMBER = "was skipped: it names no patient, or no member of staff"
NOT_IN_FILE = "was skipped: its patient is not in the file"
DEFAULT_ROLE = "Care team member"

_KINDS = {"site": RecordKind.SITES, "staff": RecordKind.STAFF, "patient": RecordKind.PATIENTS}
_TEAM = "care_team"
_FIELDS: Mapping[RecordKind, tuple[str, ...]] = {
    RecordKind.SITES: (),
    RecordKind.STAFF: ("email", "title"),
    RecordKind.PATIENTS: ("birth_date", "record_number", "email", "home_site", "sites"),
}
_NOT_IN_A_TABLE = ("authorized_users", "notify", "replaced_by")
_FLAGS = {
    "": True,
    "yes": True,
    "y": True,
    "true": True,
    "1": True,
    "no": False,
    "n": False,
    "false": False,
    "0": False,
}


@dataclass(slots=True)
class RosterTable:
    """A table that was read: its records, what is wrong with its rows, and the care teams in doubt."""

    records: list[SourceRecord] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    teams: TeamDoubts = field(default_factory=TeamDoubts)


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: Mapping[str, str]
    """The cells by column; those that the row doesn't have are not there."""
    has_too_many: bool

    def get(self, column: str) -> str:
        return self.cells.get(column, "").strip()


def template() -> str:
    """The header and an example of each kind of row, as CSV."""
    rows = [(*row, *[""] * (len(COLUMNS) - len(row))) for row in TEMPLATE]
    return "".join(",".join(row) + "\r\n" for row in rows)


def read_table(data: bytes, file: str) -> RosterTable:
    """Read a table. Raises Invalid, naming the line, where it has no header or isn't CSV."""
    table = RosterTable()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
        table.findings.append(Finding("File", file, NOT_UTF_8, level=Level.REPAIRED))
    members: dict[str, list[dict[str, str]]] = {}
    patients: dict[str, int] = {}
    everybody, in_doubt = False, set()
    for row in _rows(text, file):
        kind = row.get("record").lower()
        if kind == _TEAM and not row.has_too_many and row.get("patient") and row.get("staff"):
            member = {"staff": row.get("staff"), "role": row.get("role") or DEFAULT_ROLE}
            members.setdefault(row.get("patient"), []).append(member)
            patients.setdefault(row.get("patient"), row.line)
        elif kind == _TEAM:
            _note(table, file, row, TOO_MANY_CELLS if row.has_too_many else NO_MEMBER)
            everybody = everybody or row.has_too_many or not row.get("patient")
            in_doubt.add(row.get("patient"))
        else:
            table.records += _records(table, file, row, kind)
    table.teams = TeamDoubts(frozenset(in_doubt), everybody)
    _add_teams(table, file, members, patients)
    return table


def _rows(text: str, file: str) -> Iterator[_Row]:
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator)
    try:
        header = _header(next(reader, []), file)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                extra = any(cell.strip() for cell in cells[len(header) :])
                yield _Row(reader.line_num, dict(zip(header, cells, strict=False)), extra)
    except csv.Error:
        line = f"{file}, line {reader.line_num}"
        raise Invalid("The table can't be read.", [FieldError(line, "is not CSV")]) from None


def _header(cells: list[str], file: str) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    errors = [
        FieldError(f"{file}, line 1", f"names no known column in place {place}")
        for place, name in enumerate(names, start=1)
        if name not in COLUMNS
    ]
    errors += [
        FieldError(f"{file}, line 1", f"must name the column {name} once")
        for name in COLUMNS
        if names.count(name) > 1 or (name in COLUMNS[:3] and name not in names)
    ]
    if errors:
        raise Invalid("The first line is not the header of a roster. `careroute roster template` prints it.", errors)
    return names


def _records(table: RosterTable, file: str, row: _Row, kind: str) -> Iterator[SourceRecord]:
    if kind not in _KINDS:
        _note(table, file, row, NO_KIND)
        # It may be anybody's, so that nobody is absent.
        yield from (SourceRecord(each, None, file, row.line) for each in RecordKind)
        return
    record = _KINDS[kind]
    if row.has_too_many:
        _note(table, file, row, TOO_MANY_CELLS)
        yield SourceRecord(record, {"id": row.get("id")}, file, row.line)
        return
    missing = tuple(name for name in _FIELDS[record] if name not in row.cells)
    missing += _NOT_IN_A_TABLE if record is RecordKind.PATIENTS else ()
    yield SourceRecord(record, _value(record, row), file, row.line, missing=missing)


def _value(kind: RecordKind, row: _Row) -> dict[str, Any]:
    value: dict[str, Any] = {"id": row.get("id"), "name": row.get("name")}
    if kind is not RecordKind.SITES:
        active = row.get("active").lower()
        value["active"] = _FLAGS.get(active, active)
    for name in _FIELDS[kind]:
        value[name] = row.get(name) or None
    if value.get("sites"):
        value["sites"] = [site.strip() for site in value["sites"].split("|") if site.strip()]
    return value


def _add_teams(table: RosterTable, file: str, members: dict[str, list[dict[str, str]]], lines: dict[str, int]) -> None:
    """Give each patient their care team; a table without any says nothing of care teams."""
    named = set()
    for place, record in enumerate(table.records):
        if record.kind is RecordKind.PATIENTS and isinstance(record.value, dict) and "name" in record.value:
            key = record.value["id"]
            named.add(key)
            if members or table.teams.everybody or table.teams.patients:
                table.records[place] = _with(record, members.get(key, []))
            else:
                table.records[place] = _with(record, [], "care_team")
    for patient in [patient for patient in members if patient not in named]:
        finding = Finding("care_team", f"{file}:{lines[patient]}", NOT_IN_FILE, "patient", file, lines[patient])
        table.findings.append(finding)


def _with(record: SourceRecord, team: list[dict[str, str]], *missing: str) -> SourceRecord:
    value = {**record.value, "care_team": team} if isinstance(record.value, dict) else record.value
    return SourceRecord(record.kind, value, record.file, record.line, missing=(*record.missing, *missing))


def _note(table: RosterTable, file: str, row: _Row, reason: str) -> None:
    table.findings.append(Finding("Row", f"{file}:{row.line}", reason, "", file, row.line))
