"""Everything that an export holds, read and indexed, before anything is made of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from adapters.fhir import framing
from adapters.fhir.entries import Entry, LostLine, Read
from adapters.fhir.errors import ExportError
from adapters.fhir.kept import MANY, Kept
from adapters.fhir.open_doubts import OpenDoubts
from adapters.fhir.references import Index
from adapters.fhir.report import Report
from adapters.fhir.resources import Location, Practitioner, PractitionerRole, Resource
from adapters.fhir.times import span
from adapters.fhir.types import READ_TYPES
from router.practice.doubts import RecordKind
from router.practice.import_report import Finding, Level

SUBSET = "has some of its elements only, as was asked for: what else is known stays unchanged"
SEVERAL_VERSIONS = "occurs in more than one version: the newest was used"

FEW = tuple(kind for kind in READ_TYPES if kind not in MANY)
RECORDS = {"Patient": RecordKind.PATIENTS, "Practitioner": RecordKind.STAFF, "Location": RecordKind.SITES}
# The elements without which nothing can be said of a resource: one that can't be read leaves all of it in doubt.
DECIDING: Mapping[str, tuple[str, ...]] = {
    "Patient": ("active", "deceasedBoolean", "deceasedDateTime", "link"),
    "Practitioner": ("active", "deceasedBoolean", "deceasedDateTime"),
    "PractitionerRole": ("active", "period", "practitioner"),
    "Location": ("status", "mode", "physicalType", "form"),
    "Organization": (),
    "CareTeam": ("status", "period", "subject"),
}
_PATIENT_IN_TEXT = re.compile(rb"Patient/([^\"/?#|\s]{1,128})")
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Contents:
    """The resources of an export in their order, what they can be found by, and the report of what is left out.

    `doubtful` holds resources that say too little to be taken as they are; `unread` the types of which a part of the
    export can't be read, or can't be told whose it is.
    """

    report: Report
    kept: Kept
    now: datetime
    index: Index
    doubts: OpenDoubts = field(default_factory=OpenDoubts)
    resources: dict[str, dict[str, Entry[Resource]]] = field(default_factory=lambda: {kind: {} for kind in FEW})
    doubtful: list[Entry[Resource]] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    incomplete: list[str] = field(default_factory=list)

    @property
    def practitioners(self) -> list[Entry[Practitioner]]:
        """The practitioners."""
        return self._of(Practitioner)

    @property
    def roles(self) -> list[Entry[PractitionerRole]]:
        """What practitioners do."""
        return self._of(PractitionerRole)

    @property
    def locations(self) -> list[Entry[Location]]:
        """The places."""
        return self._of(Location)

    def counts(self) -> dict[str, int]:
        """How many resources of each type were read."""
        return {kind: self.kept.count(kind) if kind in MANY else len(self.resources[kind]) for kind in READ_TYPES}

    def is_partial(self, *kinds: str) -> bool:
        """Whether a resource of one of these types may be missing, since a part of the export wasn't read."""
        return any(kind in self.unread for kind in kinds)

    def has_any(self, kind: str) -> bool:
        """Whether a resource of this type was read."""
        return self.kept.has_any(kind) if kind in MANY else bool(self.resources[kind])

    def knows(self, entry: Entry[Resource]) -> bool:
        """Whether a resource with the id of this one was read."""
        return self.kept.has(entry.type, entry.source) or entry.source in self.resources.get(entry.type, {})

    def _of(self, model: type[Read]) -> list[Entry[Read]]:
        return cast("list[Entry[Read]]", list(self.resources[model.__name__].values()))


def doubt(contents: Contents, line: LostLine) -> None:
    """What a lost line might have said of whom."""
    kind = line.place.type
    if kind == "CareTeam":
        patients = set(_PATIENT_IN_TEXT.findall(line.text))
        if len(patients) == 1 and not framing.holds_several(line.text):
            contents.doubts.teams.add(patients.pop().decode("utf-8", "replace"))
        else:
            contents.doubts.every_team = True
    elif line.id is not None and kind in RECORDS:
        contents.doubts.staying[RECORDS[kind]].add(line.id)
    elif kind in RECORDS:
        contents.doubts.anybody.add(RECORDS[kind])
    contents.unread.add(kind)


def store(contents: Contents, entry: Entry[Resource], data: bytes) -> None:
    """Take a resource in, with its line; of several versions of one, the newest counts.

    Raises ExportError where it is strict.
    """
    if entry.lacks(*DECIDING[entry.type]):
        contents.doubtful.append(entry)
        return
    if entry.lacks("identifier"):
        # References by an identifier may lead here all the same.
        contents.unread.add(entry.type)
        if entry.type == "Patient":
            contents.doubts.teams.add(entry.source)
    is_many = entry.type in MANY
    if entry.resource.meta.is_subset:
        contents.report.note(Finding(entry.type, entry.source, SUBSET, "meta", entry.file, entry.line, Level.KEPT))
    known = contents.kept.get(entry.type, entry.source) if is_many else contents.resources[entry.type].get(entry.source)
    if known is not None and not _is_newer(contents, entry, known):
        return
    if is_many:
        contents.kept.put(entry, data)
        contents.kept.identify(entry.type, entry.source, entry.resource.identifier)
    else:
        contents.resources[entry.type][entry.source] = entry


def _is_newer(contents: Contents, entry: Entry[Resource], known: Entry[Resource]) -> bool:
    if contents.report.is_strict:
        message = f"is also the id of line {known.line} in {known.file}"
        raise ExportError(entry.file, entry.line, "id", message)
    if _content(known) != _content(entry):
        contents.report.warn(entry, SEVERAL_VERSIONS)
    return _updated(entry) >= _updated(known)


def _content(entry: Entry[Resource]) -> Resource:
    return entry.resource.model_copy(update={"meta": None})


def _updated(entry: Entry[Resource]) -> datetime:
    updated = entry.resource.meta.last_updated
    return span(updated)[0] if updated else _EARLIEST


def note_missing(contents: Contents, error: ExportError, kind: str | None) -> None:
    """A part of the export is not there or can't be read; without a type it may be a part of any."""
    contents.report.incomplete(error)
    contents.incomplete.append(str(error))
    for each in READ_TYPES if kind is None else (kind,):
        contents.unread.add(each)
        if each in RECORDS:
            contents.doubts.anybody.add(RECORDS[each])
        contents.doubts.every_team = contents.doubts.every_team or each == "CareTeam"
