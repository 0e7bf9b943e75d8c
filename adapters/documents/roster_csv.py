"""A roster as a table: one file with a row for each site, member of staff, patient and line of a care team.

docs/roster.md describes the columns. A column that isn't there leaves what is known as it is; an empty cell empties it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any

from adapters.documents.csv_dates import as_iso_date
from adapters.documents.csv_lines import as_text
from adapters.documents.csv_rows import COLUMNS, CUT_OFF, Row, read_rows
from adapters.documents.flags import flag_of
from adapters.documents.source_records import SourceRecord, TeamDoubts
from adapters.documents.spool import Spool
from router.practice.doubts import RecordKind
from router.practice.import_report import Finding

TEMPLATE = (
    COLUMNS,
    ("site", "north", "North Clinic"),
    ("staff", "s-1", "Dr. Ada Example", "ada@practice.example", "Family medicine", "yes"),
    ("staff", "s-2", "Ben Example", "ben@practice.example", "Nurse", "yes"),
    ("patient", "p-1", "Cleo Example", "cleo@home.example", "", "yes", "1980-02-29", "MRN-1", "north", "north"),
    ("care_team", "", "", "", "", "", "", "", "", "", "p-1", "s-1", "Primary care"),
    ("care_team", "", "", "", "", "", "", "", "", "", "p-1", "s-2", "Nurse"),
)
NOT_UTF_8 = "is not UTF-8 throughout: the rest was read as Windows-1252"
BREAKS_OFF = "it ends within a row, as an unfinished download does"
NO_KIND = "was skipped: its first cell names no kind of record: site, staff, patient or care_team"
NO_MEMBER = "was skipped: it names no patient, or no member of staff"
NOT_IN_FILE = "was skipped: its patient is not in the file"
NO_TRUE_ID = "was skipped: a spreadsheet put another text in the place of its id"
SPOILED = "is what a spreadsheet put in the place of the true text: left out"
DEFAULT_ROLE = "Care team member"

# So many records are made at once.
SLICE = 500

# Numbers of many digits that a spreadsheet shortened (1.23457E+11), and what it shows for a formula that failed.
_SPOILED = re.compile(
    r"\d(?:[.,]\d+)?E\+\d{2,3}|#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)", re.IGNORECASE | re.ASCII
)
_BETWEEN_WORDS = re.compile(r"[\s-]+")
_IDS = frozenset({"id", "patient", "staff"})

_KINDS = {"site": RecordKind.SITES, "staff": RecordKind.STAFF, "patient": RecordKind.PATIENTS}
_TEAM = "care_team"
_FIELDS: Mapping[RecordKind, tuple[str, ...]] = {
    RecordKind.SITES: (),
    RecordKind.STAFF: ("email", "title"),
    RecordKind.PATIENTS: ("birth_date", "record_number", "email", "home_site", "sites"),
}
_NOT_IN_A_TABLE = ("authorized_users", "notify", "replaced_by")


TABLES = (
    "create table record (number integer primary key, kind, id, value, line, missing)",
    "create index records on record (kind, id)",
    "create table member (number integer primary key, patient, staff, role, line)",
    "create index members on member (patient)",
    "create table doubt (patient primary key) without rowid",
)


@dataclass(slots=True)
class RosterTable:
    """A table that was read, with its rows on disk: what is wrong with them, and the care teams in doubt."""

    file: str
    spool: Spool = field(default_factory=lambda: Spool(*TABLES))
    findings: list[Finding] = field(default_factory=list)
    has_teams: bool = False
    everybody: bool = False
    incomplete: tuple[str, ...] = ()
    """The part of the table that is missing, in words."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands below the header."""
        return not (self.has_teams or self.findings or self.spool.one("select 1 from record limit 1", ()))

    def slices(self) -> Iterator[tuple[list[SourceRecord], TeamDoubts]]:
        """Its records, some at a time, with the doubts about their care teams."""
        rows = self.spool.each("select number, kind, value, line, missing from record where number")
        while some := list(islice(rows, SLICE)):
            records = [self._record(*row[1:]) for row in some]
            patients = {value["id"] for one in records if isinstance(value := one.value, dict) and "id" in value}
            doubtful = frozenset(patient for patient in patients if self._is_in_doubt(patient))
            yield records, TeamDoubts(doubtful, self.everybody)

    def lost_members(self) -> Iterator[Finding]:
        """The first line of each care team whose patient is not in the table."""
        query = (
            "select min(number), patient, line from member where patient not in"
            " (select id from record where kind = 'patients') group by patient having min(number)"
        )
        for _, _, line in self.spool.each(query):
            yield Finding(_TEAM, f"{self.file}:{line}", NOT_IN_FILE, "patient", self.file, line)

    def _record(self, kind: str, value: str, line: int, missing: str) -> SourceRecord:
        record = SourceRecord(RecordKind(kind), json.loads(value), self.file, line, missing=tuple(json.loads(missing)))
        if record.kind is RecordKind.PATIENTS and isinstance(record.value, dict) and "name" in record.value:
            if self.has_teams:
                return _with(record, self._members(record.value["id"]))
            return _with(record, [], "care_team")
        return record

    def _members(self, patient: str) -> list[dict[str, str]]:
        query = "select staff, role from member where patient = ? order by number"
        return [{"staff": staff, "role": role} for staff, role in self.spool.all(query, (patient,))]

    def _is_in_doubt(self, patient: str) -> bool:
        return self.spool.one("select 1 from doubt where patient = ?", (patient,)) is not None


def template() -> str:
    """The header and an example of each kind of row, as CSV."""
    rows = [(*row, *[""] * (len(COLUMNS) - len(row))) for row in TEMPLATE]
    return "".join(",".join(row) + "\r\n" for row in rows)


def read_table(data: IO[bytes], file: str) -> RosterTable:
    """Read a table. Raises Invalid, naming the line, where it has no header."""
    table = RosterTable(file)
    text, is_foreign = as_text(data)
    if is_foreign:
        table.findings.append(Finding("File", file, NOT_UTF_8))
    for read in read_rows(text, file):
        row = read if read.fault == CUT_OFF else _without_spoiled(table, read)
        kind = _BETWEEN_WORDS.sub("_", row.get("record").lower())
        if kind == _TEAM:
            _read_member(table, row)
        else:
            for record in _records(table, file, row, kind):
                _put(table, record)
        if row.fault == CUT_OFF:
            _break_off(table, row)
    return table


def _break_off(table: RosterTable, row: Row) -> None:
    """The rest of the table may have been about anybody, and any care team."""
    table.incomplete = (f"{table.file}, line {row.line}: {BREAKS_OFF}",)
    table.everybody = True
    for kind in RecordKind:
        _put(table, SourceRecord(kind, None, table.file, row.line))


def _without_spoiled(table: RosterTable, row: Row) -> Row:
    """The row without the cells whose true text a spreadsheet lost, as if it didn't have them."""
    # Whether somebody is active must be said, so that this cell stays, and is refused.
    spoiled = [column for column in row.cells if column != "active" and _SPOILED.fullmatch(row.get(column))]
    if not spoiled:
        return row
    kept = {column: cell for column, cell in row.cells.items() if column not in spoiled}
    if not _IDS.isdisjoint(spoiled):
        return Row(row.line, kept, NO_TRUE_ID)
    for column in spoiled:
        _note(table, table.file, row, SPOILED, column)
    return Row(row.line, kept, row.fault)


def _read_member(table: RosterTable, row: Row) -> None:
    patient, staff = row.get("patient"), row.get("staff")
    table.has_teams = True
    if not row.fault and patient and staff:
        values = (patient, staff, row.get("role") or DEFAULT_ROLE, row.line)
        table.spool.write("insert into member (patient, staff, role, line) values (?, ?, ?, ?)", values)
        return
    _note(table, table.file, row, row.fault or NO_MEMBER)
    table.everybody = table.everybody or bool(row.fault) or not patient
    table.spool.write("insert or ignore into doubt values (?)", (patient,))


def _put(table: RosterTable, record: SourceRecord) -> None:
    key = record.value.get("id") if isinstance(record.value, dict) else None
    values = (record.kind.value, key, json.dumps(record.value), record.line, json.dumps(record.missing))
    table.spool.write("insert into record (kind, id, value, line, missing) values (?, ?, ?, ?, ?)", values)


def _records(table: RosterTable, file: str, row: Row, kind: str) -> Iterator[SourceRecord]:
    if kind not in _KINDS:
        _note(table, file, row, row.fault or NO_KIND)
        # It may be anybody's, or a line of any care team, so that nobody is absent.
        table.everybody = True
        yield from (SourceRecord(each, None, file, row.line) for each in RecordKind)
        return
    record = _KINDS[kind]
    if row.fault:
        _note(table, file, row, row.fault)
        yield SourceRecord(record, {"id": row.get("id") or None}, file, row.line)
        return
    missing = tuple(name for name in _FIELDS[record] if name not in row.cells)
    missing += _NOT_IN_A_TABLE if record is RecordKind.PATIENTS else ()
    yield SourceRecord(record, _value(record, row), file, row.line, missing=missing)


def _value(kind: RecordKind, row: Row) -> dict[str, Any]:
    value: dict[str, Any] = {"id": row.get("id"), "name": row.get("name")}
    if kind is not RecordKind.SITES:
        active = row.get("active")
        flag = flag_of(active) if active else True
        value["active"] = active if flag is None else flag
    for name in _FIELDS[kind]:
        value[name] = row.get(name) or None
    if value.get("birth_date"):
        value["birth_date"] = as_iso_date(value["birth_date"])
    if value.get("sites"):
        value["sites"] = [site.strip() for site in value["sites"].split("|") if site.strip()]
    return value


def _with(record: SourceRecord, team: list[dict[str, str]], *missing: str) -> SourceRecord:
    value = {**record.value, "care_team": team} if isinstance(record.value, dict) else record.value
    return SourceRecord(record.kind, value, record.file, record.line, missing=(*record.missing, *missing))


def _note(table: RosterTable, file: str, row: Row, reason: str, column: str = "") -> None:
    table.findings.append(Finding("Row", f"{file}:{row.line}", reason, column, file, row.line))
