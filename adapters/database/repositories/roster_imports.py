"""Rosters that come in pieces: imports, their records until they are applied, and what was found in them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, select, text, tuple_, update
from typing_extensions import override

from adapters.database import tables
from adapters.database.materialized import looked_up
from adapters.database.roster_codec import (
    import_from_document,
    import_to_document,
    record_from_document,
    record_to_document,
)
from adapters.database.transaction import Transaction
from router.coverage.staged_import import ImportRef, ImportState, StagedImport
from router.ports.roster_imports import FindingPlace, RosterImports
from router.practice.doubts import RecordKind
from router.practice.import_report import URGENCY, Finding, Level
from router.practice.staged_roster import StagedRecord

imports = tables.roster_import
records = tables.roster_import_record
found = tables.roster_import_finding
WAITS = (imports.c.state == ImportState.APPLYING.value) & ~imports.c.by_hand
PLACE = (found.c.urgency, found.c.part, found.c.number)

# For a role without that privilege the server only logs a warning.
ANALYZE = text("analyze (skip_locked) roster_import_record, patient, patient_site, care_team_member")


class RosterImportRepository(RosterImports):
    """See router.ports.roster_imports.RosterImports."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def save(self, staged: StagedImport) -> None:
        row = {
            "practice": staged.ref.practice,
            "id": staged.ref.id,
            "state": staged.state.value,
            "by_hand": staged.terms.by_hand,
            "touched_at": self._transaction.now(),
            "document": import_to_document(staged),
        }
        self._transaction.upsert(imports, [row])

    @override
    def get(self, ref: ImportRef) -> StagedImport | None:
        wanted = select(imports.c.document).where(_is(ref)).with_for_update()
        document = self._transaction.execute(wanted).scalar_one_or_none()
        return None if document is None else import_from_document(document)

    @override
    def look(self, ref: ImportRef) -> StagedImport | None:
        document = self._transaction.execute(select(imports.c.document).where(_is(ref))).scalar_one_or_none()
        return None if document is None else import_from_document(document)

    @override
    def any_waits(self) -> bool:
        return self._transaction.execute(select(imports.c.id).where(WAITS).limit(1)).first() is not None

    @override
    def lease(self, ref: ImportRef, until: datetime) -> None:
        self._transaction.execute(update(imports).where(_is(ref)).values(leased_until=until))

    @override
    def claim(self, until: datetime) -> ImportRef | None:
        free = imports.c.leased_until.is_(None) | (imports.c.leased_until <= self._transaction.now())
        wanted = select(imports.c.practice, imports.c.id).where(WAITS, free).order_by(imports.c.touched_at).limit(1)
        row = self._transaction.execute(wanted.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        ref = ImportRef(practice=row.practice, id=row.id)
        self.lease(ref, until)
        return ref

    @override
    def put(self, ref: ImportRef, part: int, some: Sequence[StagedRecord]) -> None:
        rows = [
            {
                "practice": ref.practice,
                "roster_import": ref.id,
                "kind": record.kind.value,
                "id": record.id,
                "part": part,
                "active": record.is_active,
                "named": record.is_named,
                "held_back": False,
                "document": record_to_document(record),
            }
            for record in some
        ]
        self._transaction.upsert_many(records, rows)

    @override
    def with_ids(self, ref: ImportRef, kind: RecordKind, ids: Collection[str]) -> dict[str, StagedRecord]:
        wanted = _records(ref, kind).where(self._transaction.one_of(records.c.id, ids))
        return {record.id: record for record in self._read(wanted)}

    @override
    def parts_with(self, ref: ImportRef, kind: RecordKind, ids: Collection[str], but: int) -> dict[str, int]:
        elsewhere = (
            select(records.c.id, records.c.part)
            .where(_of(ref, records), records.c.kind == kind.value, records.c.part != but)
            .where(self._transaction.one_of(records.c.id, ids))
        )
        return {row.id: row.part for row in self._transaction.execute(elsewhere)}

    @override
    def clear_part(self, ref: ImportRef, part: int) -> None:
        for table in (records, found):
            self._transaction.execute(delete(table).where(_of(ref, table), table.c.part == part))

    @override
    def people(self, ref: ImportRef) -> list[StagedRecord]:
        kinds = [RecordKind.SITES.value, RecordKind.STAFF.value]
        wanted = select(records).where(_of(ref, records), records.c.kind.in_(kinds))
        return self._read(wanted.order_by(records.c.kind, records.c.id))

    @override
    def patients(self, ref: ImportRef, after: str, limit: int) -> list[StagedRecord]:
        wanted = _records(ref, RecordKind.PATIENTS).where(records.c.id > after)
        return self._read(wanted.order_by(records.c.id).limit(limit))

    @override
    def count_patients(self, ref: ImportRef) -> int:
        kind = records.c.kind == RecordKind.PATIENTS.value
        wanted = select(func.count()).select_from(records).where(_of(ref, records), kind)
        return self._transaction.execute(wanted).scalar_one()

    @override
    def analyze(self) -> None:
        """PostgreSQL would do so itself within a minute, and compares everybody with everybody until then."""
        if not self._transaction.is_sqlite:
            self._transaction.execute(ANALYZE)

    @override
    def hold_back(self, ref: ImportRef, ids: Collection[str]) -> None:
        kind = records.c.kind == RecordKind.PATIENTS.value
        these = update(records).where(_of(ref, records), kind, self._transaction.one_of(records.c.id, ids))
        self._transaction.execute(these.values(held_back=True))

    @override
    def held_back(self, ref: ImportRef, after: str, limit: int) -> list[StagedRecord]:
        wanted = _records(ref, RecordKind.PATIENTS).where(records.c.id > after, records.c.held_back)
        return self._read(wanted.order_by(records.c.id).limit(limit))

    @override
    def leaving(self, ref: ImportRef) -> tuple[int, int, int]:
        active = select(func.count()).select_from(tables.patient)
        active = active.where(tables.patient.c.practice == ref.practice, tables.patient.c.active)
        named = active.where(_named(ref, records.c.active.is_(False)))
        absent = active.where(~_named(ref, records.c.named))
        total, inactive, unnamed = (self._transaction.execute(one).scalar_one() for one in (active, named, absent))
        return total, inactive, unnamed

    @override
    def absent(self, ref: ImportRef, after: str, limit: int) -> list[str]:
        patient = tables.patient.c
        wanted = select(patient.id).where(patient.practice == ref.practice, patient.active, patient.id > after)
        # Joined, the records would be read from the first on for each slice.
        record = _record_that(ref, records.c.named).correlate(tables.patient)
        wanted = wanted.where(~looked_up(record)).order_by(patient.id).limit(limit)
        return list(self._transaction.execute(wanted).scalars())

    @override
    def note(self, ref: ImportRef, part: int, findings: Sequence[Finding]) -> None:
        if not findings:
            return
        last = select(func.max(found.c.number)).where(_of(ref, found), found.c.part == part)
        first = (self._transaction.execute(last).scalar_one() or 0) + 1
        rows = [
            {"urgency": URGENCY[finding.level], "level": finding.level.value, "number": number}
            | {name: getattr(finding, name) for name in ("type", "source", "reason", "field", "file", "line")}
            for number, finding in enumerate(findings, start=first)
        ]
        self._transaction.insert(found, rows, practice=ref.practice, roster_import=ref.id, part=part)

    @override
    def findings(self, ref: ImportRef, after: FindingPlace, limit: int) -> list[tuple[FindingPlace, Finding]]:
        wanted = select(found).where(_of(ref, found), tuple_(*PLACE) > after).order_by(*PLACE).limit(limit)
        return [_finding(row) for row in self._transaction.execute(wanted)]

    @override
    def forget_findings(self, ref: ImportRef, part: int) -> None:
        self._transaction.execute(delete(found).where(_of(ref, found), found.c.part == part))

    @override
    def forget_records(self, ref: ImportRef) -> None:
        self._transaction.execute(delete(records).where(_of(ref, records)))

    @override
    def delete(self, ref: ImportRef) -> None:
        for table in (records, found):
            self._transaction.execute(delete(table).where(_of(ref, table)))
        self._transaction.execute(delete(imports).where(_is(ref)))

    @override
    def abandoned(self, practice: str, before: datetime) -> list[ImportRef]:
        wanted = select(imports.c.id).where(imports.c.practice == practice, imports.c.touched_at < before)
        return [ImportRef(practice=practice, id=one) for one in self._transaction.execute(wanted).scalars()]

    def _read(self, wanted: Select[Any]) -> list[StagedRecord]:
        return [record_from_document(row.kind, row.id, row.document) for row in self._transaction.execute(wanted)]


def _is(ref: ImportRef) -> ColumnElement[bool]:
    return (imports.c.practice == ref.practice) & (imports.c.id == ref.id)


def _of(ref: ImportRef, table: Any) -> ColumnElement[bool]:  # noqa: ANN401 - either of the tables below an import.
    of: ColumnElement[bool] = (table.c.practice == ref.practice) & (table.c.roster_import == ref.id)
    return of


def _records(ref: ImportRef, kind: RecordKind) -> Select[Any]:
    return select(records).where(_of(ref, records), records.c.kind == kind.value)


def _named(ref: ImportRef, says: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the import has a record of the patient at hand, and that says this."""
    return _record_that(ref, says).exists()


def _record_that(ref: ImportRef, says: ColumnElement[bool]) -> Select[Any]:
    same = records.c.id == tables.patient.c.id
    return select(records.c.id).where(_of(ref, records), records.c.kind == RecordKind.PATIENTS.value, same, says)


def _finding(row: Row[Any]) -> tuple[FindingPlace, Finding]:
    finding = Finding(row.type, row.source, row.reason, row.field, row.file, row.line, Level(row.level))
    return (row.urgency, row.part, row.number), finding
