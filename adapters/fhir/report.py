"""What a reader of an export left out or put right, and why, in words that hold no patient data."""

from dataclasses import dataclass, field

from adapters.fhir.entries import Entry, Fault, LostLine, Place, error_of
from adapters.fhir.errors import ExportError
from adapters.fhir.kept import Kept
from adapters.fhir.resources import Resource
from router.practice.import_report import Finding, Level
from router.text import problem_with
from router.text.repair import repair_text

_NO_LIMIT = 2**30
# So many findings are kept together.
AT_ONCE = 500


@dataclass(slots=True)
class Report:
    """Collects what is left out or put right while an export is read.

    Where it is strict, whatever is wrong with a resource is an error instead; what belongs to no roster never is.
    """

    kept: Kept
    is_strict: bool = False
    _new: list[Finding] = field(default_factory=list)

    def skip(self, entry: Entry[Resource], reason: str, path: str = "") -> None:
        """Note that a resource, or a part of it, belongs to no roster, as is normal."""
        self._add(entry, Finding(entry.type, entry.source, reason, path, level=Level.NORMAL))

    def warn(self, entry: Entry[Resource], reason: str, path: str = "") -> None:
        """Note that a resource, or a part of it, is left out for a fault. Raises ExportError where it is strict."""
        self._refuse(entry, Fault(path, reason))
        self.remark(entry, reason, path)

    def remark(self, entry: Entry[Resource], reason: str, path: str = "") -> None:
        """Note what a person should look at, though nothing is wrong with the resource itself.

        Such as a reference that leads nowhere: no export holds everything.
        """
        self._add(entry, Finding(entry.type, entry.source, reason, path))

    def fault(self, entry: Entry[Resource], fault: Fault) -> None:
        """Note an element that can't be read. Raises ExportError where the report is strict."""
        self._refuse(entry, fault)
        level = Level.REPAIRED if fault.is_mended and not fault.is_guess else Level.ATTENTION
        reason = fault.message if fault.is_mended else f"can't be read and is left out: {fault.message}"
        self._add(entry, Finding(entry.type, entry.source, reason, fault.path, level=level))

    def lost(self, line: LostLine) -> None:
        """Note a line that makes no resource. Raises ExportError where the report is strict."""
        place = line.place
        if self.is_strict:
            raise error_of(place, Fault(line.path, line.message))
        reason = f"was skipped: {line.message}"
        self.note(Finding(place.type, line.source, reason, line.path, place.file, place.line))

    def incomplete(self, error: ExportError) -> None:
        """Note that a part of the export could not be read. Raises it where the report is strict."""
        if self.is_strict:
            raise error
        self.note(Finding("File", error.file, error.message, error.field, error.file, error.line))

    def note(self, finding: Finding) -> None:
        """Note anything else."""
        self._new.append(finding)
        if len(self._new) >= AT_ONCE:
            self.put_away()

    def put_away(self) -> None:
        """Keep what has been noted where it takes no memory."""
        self.kept.note(self._new)
        self._new.clear()

    def text(self, entry: Entry[Resource], path: str, text: str | None, limit: int = _NO_LIMIT) -> str:
        """A text as a roster can hold it, with what that took. Raises ExportError where the report is strict."""
        repaired = repair_text(text or "", limit)
        if repaired.repairs:
            tidied = " ".join((text or "").split(" "))
            self._refuse(entry, Fault(path, problem_with(tidied, limit) or repaired.repairs[0].value))
        for repair in repaired.repairs:
            self._add(entry, Finding(entry.type, entry.source, repair.value, path, level=Level.REPAIRED))
        return repaired.text

    def _refuse(self, entry: Entry[Resource], fault: Fault) -> None:
        if self.is_strict:
            raise error_of(Place(entry.type, entry.file, entry.line), fault)

    def _add(self, entry: Entry[Resource], found: Finding) -> None:
        self.note(Finding(found.type, found.source, found.reason, found.field, entry.file, entry.line, found.level))
