"""Records of rosters and imports as documents, and back."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from router.coverage.staged_import import StagedImport
from router.practice.doubts import RecordKind
from router.practice.people import Patient, Site
from router.practice.roster import StaffRecord
from router.practice.staged_roster import RecordDoubts, StagedRecord

_VALUES: dict[RecordKind, Any] = {
    RecordKind.SITES: Site,
    RecordKind.STAFF: StaffRecord,
    RecordKind.PATIENTS: Patient,
}


def record_to_document(record: StagedRecord) -> dict[str, Any]:
    """What is stored of a record besides its kind and id; doubts that there aren't are left out."""
    document: dict[str, Any] = {}
    if record.value is not None:
        document["value"] = _shape(_VALUES[record.kind]).dump_python(record.value, mode="json", exclude_defaults=True)
    doubts = _shape(RecordDoubts).dump_python(record.doubts, mode="json", exclude_defaults=True)
    return document | ({"doubts": doubts} if doubts else {})


def record_from_document(kind: str, record: str, document: dict[str, Any]) -> StagedRecord:
    """The record that was stored."""
    value = document.get("value")
    return StagedRecord(
        RecordKind(kind),
        record,
        None if value is None else _shape(_VALUES[RecordKind(kind)]).validate_python(value),
        _shape(RecordDoubts).validate_python(document.get("doubts", {})),
    )


def import_to_document(staged: StagedImport) -> dict[str, Any]:
    """An import as a document."""
    return dict(_shape(StagedImport).dump_python(staged, mode="json"))


def import_from_document(document: dict[str, Any]) -> StagedImport:
    """The import that was stored."""
    staged: StagedImport = _shape(StagedImport).validate_python(document)
    return staged


@cache
def _shape(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - any type that pydantic reads.
    """Made once, and only where rosters are imported."""
    return TypeAdapter(kind)
