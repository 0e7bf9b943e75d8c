"""Reading a folder from beginning to end, file by file and line by line."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from adapters.fhir.bundles import BundleNotes
from adapters.fhir.contents import Contents, doubt, note_missing, store
from adapters.fhir.entries import (
    ANSWERS,
    NO_OBJECT,
    UNREADABLE,
    LostLine,
    OtherResource,
    Outcome,
    Place,
    read_entry,
)
from adapters.fhir.errors import EmptyFileError, ExportError
from adapters.fhir.files import Folder, SourceFile, is_ndjson, unread_type
from adapters.fhir.kept import Kept
from adapters.fhir.lines import Line, lines_of, split
from adapters.fhir.references import Index
from adapters.fhir.report import Report
from adapters.fhir.types import READ_TYPES
from router.practice.import_report import Finding, Level

NOT_READ = "files of this type are not read"
NOT_NDJSON = "is not an NDJSON file of a FHIR type"
# Such as the page with which a server refused the download.
NOTHING_READABLE = "can't be read (no line of it is a resource in JSON)"
DELETIONS = "it lists deletions, which are not applied"
ERRORS = "it lists errors: the export may be incomplete"


@dataclass(slots=True)
class _Reading:
    contents: Contents
    notes: BundleNotes = field(default_factory=BundleNotes)
    other_types: dict[str, str] = field(default_factory=dict)
    strays: list[str] = field(default_factory=list)


def read(folder: Folder, now: datetime, *, is_strict: bool = False) -> Contents:
    """Read all files that matter; the others are named in the report.

    Raises ExportError where it is strict and anything is wrong.
    """
    kept = Kept()
    reading = _Reading(Contents(Report(kept, is_strict), kept, now, Index(kept)))
    contents = reading.contents
    for error in folder.missing:
        note_missing(contents, error, None)
    for file in folder.files:
        if file.kind is None:
            _read_untyped(reading, file)
        else:
            _read_typed(reading, file, file.kind)
    for error in reading.notes.missing():
        note_missing(contents, error, None)
    _index(contents)
    for finding in _left_unread(folder, reading):
        contents.report.note(finding)
    return contents


def _read_typed(reading: _Reading, file: SourceFile, kind: str) -> None:
    found: Counter[bool] = Counter()
    try:
        for line in lines_of(file, reading.notes):
            for outcome, data in _outcomes(file, line, kind, reading.notes):
                _take(reading, file, outcome, data)
                found[_is_readable(outcome)] += 1
    except EmptyFileError as error:
        if file.count != 0:
            note_missing(reading.contents, error, kind)
        return
    except ExportError as error:
        if reading.contents.report.is_strict:
            raise
        note_missing(reading.contents, error, kind)
    if found[False] and not found[True]:
        note_missing(reading.contents, ExportError(file.name, None, "", NOTHING_READABLE), kind)
    elif file.count is not None and found.total() < file.count:
        said = f"holds {found.total()} of the {file.count} resources that the manifest lists"
        note_missing(reading.contents, ExportError(file.name, None, "", said), kind)


def _is_readable(outcome: Outcome) -> bool:
    if isinstance(outcome, OtherResource):
        return outcome.type not in ANSWERS
    if isinstance(outcome, LostLine) and outcome.is_answer:
        return False
    return not isinstance(outcome, LostLine) or outcome.message not in {UNREADABLE, NO_OBJECT}


def _read_untyped(reading: _Reading, file: SourceFile) -> None:
    """Read a file whose name doesn't say what is in it: its first resource does.

    A file that by its name holds resources, and can't be read, may be a part of any type.
    """
    is_read = False
    is_part = unread_type(file.path.name) is None and is_ndjson(file.path.name)
    lines = lines_of(file, reading.notes)
    while True:
        try:
            line = next(lines, None)
        except ExportError as error:
            if is_read or is_part:
                note_missing(reading.contents, error, None)
            else:
                reading.strays.append(file.name)
            return
        if line is None:
            return
        for outcome, data in _outcomes(file, line, None, reading.notes):
            if not is_read and isinstance(outcome, OtherResource | LostLine):
                if is_part and not _is_readable(outcome):
                    note_missing(reading.contents, ExportError(file.name, None, "", NOTHING_READABLE), None)
                else:
                    _set_aside(reading, file, outcome)
                return
            is_read = True
            _take(reading, file, outcome, data)


def _outcomes(file: SourceFile, line: Line, kind: str | None, notes: BundleNotes) -> Iterator[tuple[Outcome, bytes]]:
    """What a line makes: one resource, or each of several where it holds more, or none but marks."""
    outcome = read_entry(file.name, line.number, line.data, kind)
    several = split(file, line.data, notes) if isinstance(outcome, LostLine) and outcome.text else None
    if several is None:
        yield outcome, line.data
        return
    for part in several:
        yield read_entry(file.name, line.number, part.data, kind), part.data


def _set_aside(reading: _Reading, file: SourceFile, outcome: OtherResource | LostLine) -> None:
    kind = unread_type(file.path.name) or (outcome.type if isinstance(outcome, OtherResource) else None)
    if kind is not None and kind[:1].isupper():
        reading.other_types.setdefault(kind, file.name)
    else:
        reading.strays.append(file.name)


def _take(reading: _Reading, file: SourceFile, outcome: Outcome, data: bytes) -> None:
    contents = reading.contents
    if isinstance(outcome, OtherResource):
        reading.other_types.setdefault(outcome.type, file.name)
    elif isinstance(outcome, LostLine):
        contents.report.lost(outcome)
        kinds = READ_TYPES if outcome.place.type == "File" else (outcome.place.type,)
        for kind in kinds:
            place = Place(kind, outcome.place.file, outcome.place.line)
            doubt(contents, LostLine(place, outcome.message, outcome.path, outcome.id, outcome.text))
    else:
        for fault in outcome.faults:
            contents.report.fault(outcome, fault)
        store(contents, outcome, data)


def _index(contents: Contents) -> None:
    """Make everything findable that has an id, also what can't be taken as it is."""
    stored = [entry for of_kind in contents.resources.values() for entry in of_kind.values()]
    doubtful = [entry for entry in contents.doubtful if not contents.knows(entry)]
    for entry in (*stored, *doubtful):
        if entry.resource.id:
            contents.index.add(entry.type, entry.resource.id, entry.resource.identifier)


def _left_unread(folder: Folder, reading: _Reading) -> Iterator[Finding]:
    for kind, name in sorted(reading.other_types.items()):
        yield Finding(kind, name, NOT_READ, level=Level.NORMAL)
    for name in sorted((*folder.others, *reading.strays)):
        yield Finding("File", name, NOT_NDJSON, level=Level.NORMAL)
    for manifest in folder.manifests:
        if manifest.has_errors:
            yield Finding("File", manifest.path.name, ERRORS, "error")
        if manifest.has_deletions:
            yield Finding("File", manifest.path.name, DELETIONS, "deleted")
    for name in reading.notes.deletions:
        yield Finding("File", name, DELETIONS, "entry")
