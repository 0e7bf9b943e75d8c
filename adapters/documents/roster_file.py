"""A roster out of a file, JSON or CSV: strict, or record by record."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import IO

from adapters.documents.document import load
from adapters.documents.faulty_roster import SourceRecord, read_records
from adapters.documents.roster import RosterBody, parse_roster
from adapters.documents.roster_csv import SLICE, read_table
from router.errors import FieldError, Invalid
from router.practice.doubts import Doubts, RecordKind
from router.practice.import_report import Finding, Level
from router.practice.roster import RosterDocument

Findings = tuple[Finding, ...]


def read_roster_json(data: bytes, file: str, *, is_strict: bool) -> tuple[RosterDocument, tuple[Finding, ...]]:
    """Read a JSON roster. Raises Invalid where it is no roster at all, and where it is strict for any faulty record."""
    value = load(data)
    is_roster = isinstance(value, dict) and all(
        name in RosterBody.model_fields and isinstance(records, list) for name, records in value.items()
    )
    if is_strict or not isinstance(value, dict) or not is_roster:
        return parse_roster(value), ()
    records = (
        SourceRecord(kind, record, file, path=f"{kind.value}.{place}")
        for kind in RecordKind
        for place, record in enumerate(value.get(kind.value, ()))
    )
    return read_records(records)


def read_roster_csv(data: IO[bytes], file: str, *, is_strict: bool) -> Iterator[tuple[RosterDocument, Findings]]:
    """Read a roster table, some records at a time.

    Raises Invalid where it is none, and where it is strict for any faulty row.
    """
    table = read_table(data, file)
    if table.is_empty:
        raise Invalid(f"{file} holds no rows but its header")
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
