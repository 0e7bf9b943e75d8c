"""A roster out of a file, JSON or CSV: strict, or record by record."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import IO

from adapters.documents.faulty_roster import read_records
from adapters.documents.records import parts_of_json
from adapters.documents.roster import RosterBody, parse_roster_json
from adapters.documents.roster_csv import SLICE, RosterTable, read_table
from adapters.documents.source_records import SourceRecord
from router.errors import FieldError, Invalid
from router.practice.doubts import Doubts, RecordKind
from router.practice.import_report import Finding, Level
from router.practice.roster import RosterDocument

Findings = tuple[Finding, ...]
LISTS = [kind.value for kind in RecordKind]


def read_roster_json(data: bytes, file: str, *, is_strict: bool) -> tuple[RosterDocument, tuple[Finding, ...]]:
    """Read a JSON roster. Raises Invalid if it isn't a roster or, if strict, for any faulty record."""
    if not is_strict:
        try:
            document, findings = read_records(_records(data, file))
            return document, tuple(sorted(findings, key=lambda finding: LISTS.index(finding.type)))
        except _NoListsError:
            # What is wrong with it is said as of any document.
            pass
    return parse_roster_json(data), ()


class _NoListsError(Exception):
    """It isn't an object that has lists of records and nothing else."""


def _records(data: bytes, file: str) -> Iterator[SourceRecord]:
    for part in parts_of_json(data, RosterBody.model_fields):
        if part.index is not None:
            path = f"{part.member}.{part.index}"
            yield SourceRecord(RecordKind(part.member), part.value, file, path=path, repeated=part.repeated)
        elif part.value != [] or part.member not in RosterBody.model_fields:
            raise _NoListsError


def read_roster_csv(data: IO[bytes], file: str, *, is_strict: bool) -> Iterator[tuple[RosterDocument, Findings]]:
    """Read a roster table, some records at a time.

    Raises Invalid if it isn't a roster table or, if strict, for any faulty row.
    """
    yield from parts_of_table(read_table(data, file), is_strict=is_strict)


def parts_of_table(table: RosterTable, *, is_strict: bool) -> Iterator[tuple[RosterDocument, Findings]]:
    """Make rosters of a table that was read, some records at a time. Raises Invalid as `read_roster_csv` does."""
    if table.is_empty:
        raise Invalid(f"{table.file} holds no rows but its header")
    for records, teams in table.slices():
        document, findings = read_records(records, teams)
        _check(findings, is_strict=is_strict)
        doubts = replace(document.doubts or Doubts(), is_strict=is_strict)
        yield replace(document, doubts=doubts), findings
    found = chain(table.findings, table.lost_members())
    while said := tuple(islice(found, SLICE)):
        _check(said, is_strict=is_strict)
        yield RosterDocument(doubts=Doubts(is_strict=is_strict)), said


def _check(findings: Findings, *, is_strict: bool) -> None:
    if is_strict and (wrong := [finding for finding in findings if finding.level is not Level.NORMAL]):
        errors = [FieldError(_place(finding), finding.reason) for finding in wrong]
        raise Invalid("The table is not valid.", errors)


def _place(finding: Finding) -> str:
    line = f"line {finding.line}" if finding.line else ""
    return ", ".join(part for part in (finding.file, line, finding.field) if part)
