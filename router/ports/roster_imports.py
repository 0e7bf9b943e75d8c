"""The repository of rosters that come in pieces."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from router.coverage.staged_import import ImportRef, StagedImport
from router.practice.doubts import RecordKind
from router.practice.import_report import Finding
from router.practice.staged_roster import StagedRecord

# How urgent a finding is, its part and its number there: where a page of them begins. NOWHERE is before the first.
FindingPlace = tuple[int, int, int]
NOWHERE: FindingPlace = (-1, 0, 0)


class RosterImports(Protocol):
    """Imports, their records, and the findings about their source."""

    def save(self, staged: StagedImport) -> None:
        """Store an import, new or known, without its records."""

    def get(self, ref: ImportRef) -> StagedImport | None:
        """The import, locked until the transaction ends."""

    def look(self, ref: ImportRef) -> StagedImport | None:
        """The import, for transactions that only read."""

    def any_waits(self) -> bool:
        """Whether an import waits for a worker, leased or not."""

    def lease(self, ref: ImportRef, until: datetime) -> None:
        """Keep other workers from an import until this moment."""

    def claim(self, until: datetime) -> ImportRef | None:
        """Lease an import that is waiting for a worker, until this time; None if there is none."""

    def put(self, ref: ImportRef, part: int, records: Sequence[StagedRecord]) -> None:
        """Store records, in place of those of the same kinds and ids."""

    def with_ids(self, ref: ImportRef, kind: RecordKind, ids: Collection[str]) -> dict[str, StagedRecord]:
        """The records of this kind that have these ids."""

    def parts_with(self, ref: ImportRef, kind: RecordKind, ids: Collection[str], but: int) -> dict[str, int]:
        """The parts, other than `but`, that contain these ids."""

    def clear_part(self, ref: ImportRef, part: int) -> None:
        """Forget the records and findings of one part."""

    def people(self, ref: ImportRef) -> list[StagedRecord]:
        """All sites and staff."""

    def patients(self, ref: ImportRef, after: str, limit: int) -> list[StagedRecord]:
        """The next patients by id, after this one."""

    def count_patients(self, ref: ImportRef) -> int:
        """How many records of patients there are."""

    def analyze(self) -> None:
        """Have the statistics of records and charts renewed, by which the database plans, after many were written."""

    def hold_back(self, ref: ImportRef, ids: Collection[str]) -> None:
        """Note that these patients are to be deactivated at the end."""

    def held_back(self, ref: ImportRef, after: str, limit: int) -> list[StagedRecord]:
        """The next patients by id, after this one, who were held back."""

    def leaving(self, ref: ImportRef) -> tuple[int, int, int]:
        """How many patients are active, how many of them are named as inactive, and how many aren't named."""

    def absent(self, ref: ImportRef, after: str, limit: int) -> list[str]:
        """The next ids, after this one, of active patients who aren't named."""

    def note(self, ref: ImportRef, part: int, findings: Sequence[Finding]) -> None:
        """Store findings about the source."""

    def findings(self, ref: ImportRef, after: FindingPlace, limit: int) -> list[tuple[FindingPlace, Finding]]:
        """The next findings after this place, the most urgent first, each with its own."""

    def forget_findings(self, ref: ImportRef, part: int) -> None:
        """Delete what was found in a part."""

    def forget_records(self, ref: ImportRef) -> None:
        """Delete the records of an import."""

    def delete(self, ref: ImportRef) -> None:
        """Delete an import and all that belongs to it."""

    def abandoned(self, practice: str, before: datetime) -> list[ImportRef]:
        """The imports of a practice that haven't been touched since this time."""
