"""Taking in a roster piece by piece, before any of it is applied."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from router.actors import Actor
from router.coverage.gaps import Gap, gaps
from router.coverage.staged_import import ImportRef, ImportState, ImportTerms, StagedImport
from router.errors import Conflict, FieldError, Invalid, NotFound
from router.flows.practice import known_practice, read_snapshot
from router.ports.roster_imports import NOWHERE, FindingPlace
from router.ports.services import Ids
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.doubts import RecordKind
from router.practice.import_report import Finding
from router.practice.roster import RosterDocument
from router.practice.staged_roster import SEVERAL, SharedDoubts, StagedRecord, shared_doubts, staged

# An import that nobody has touched for so long is deleted when the next one of its practice begins.
ABANDONED_AFTER = timedelta(days=7)
MOST_PARTS = 10_000
FINDINGS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class RosterPart:
    """A piece of a source: some of its records, and what there is to say of it."""

    document: RosterDocument
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class StageRoster:
    """Keeps imports whose records come in pieces."""

    database: Database
    ids: Ids

    def begin(self, practice: str, terms: ImportTerms, by: Actor) -> StagedImport:
        """Open an import. Raises NotFound for an unknown practice."""
        new = StagedImport(ref=ImportRef(practice=practice, id=self.ids.new()), terms=terms, by=by)
        with self.database.begin() as work:
            known_practice(work, practice)
            for abandoned in work.roster_imports.abandoned(practice, work.now() - ABANDONED_AFTER):
                work.roster_imports.delete(abandoned)
            work.roster_imports.save(new)
            work.commit()
        return new

    def put_part(self, ref: ImportRef, part: int, read: RosterPart) -> StagedImport:
        """Store a part, in place of the one that had its number.

        Raises NotFound, Conflict once the import is being applied, and Invalid where a record is in another part, too.
        """
        if not 1 <= part <= MOST_PARTS:
            raise Invalid.at("part", f"must be between 1 and {MOST_PARTS}")
        records = staged(read.document)
        with self.database.begin() as work:
            known = _open(work, ref)
            _check_parts(work, ref, part, records)
            work.roster_imports.clear_part(ref, part)
            work.roster_imports.put(ref, part, records)
            work.roster_imports.note(ref, part, read.findings)
            after = known.with_part(part, shared_doubts(read.document))
            work.roster_imports.save(after)
            work.commit()
        return after

    def add(self, ref: ImportRef, read: RosterPart) -> StagedImport:
        """Store a further piece of the one part of an import; what is said of a record twice counts together."""
        records = staged(read.document)
        shared = shared_doubts(read.document)
        with self.database.begin() as work:
            known = _open(work, ref)
            together, twice = _after_earlier(work, ref, records)
            if twice and shared.is_strict:
                raise Invalid("Each record may occur only once.", [FieldError(one.type, one.reason) for one in twice])
            work.roster_imports.put(ref, 1, together)
            work.roster_imports.note(ref, 1, [*read.findings, *twice])
            shared = known.parts.get(1, SharedDoubts()).joined(shared)
            after = known.with_part(1, shared)
            work.roster_imports.save(after)
            work.commit()
        return after

    def apply(self, ref: ImportRef, parts: int) -> StagedImport:
        """Begin to apply an import that has so many parts; repeatable.

        Raises NotFound, and Conflict where a part is missing.
        """
        with self.database.look() as work:
            before = _gaps(work, _known(work.roster_imports.look(ref)))
        with self.database.begin() as work:
            known = _known(work.roster_imports.get(ref))
            if known.state is not ImportState.OPEN:
                return known
            _check_complete(known, parts)
            begun = known.begun(work.roster_imports.count_patients(ref), before)
            work.roster_imports.save(begun)
            work.commit()
        return begun

    def get(self, ref: ImportRef) -> StagedImport:
        """An import as it is. Raises NotFound."""
        with self.database.look() as work:
            return _known(work.roster_imports.look(ref))

    def findings(self, ref: ImportRef, after: FindingPlace, limit: int) -> list[tuple[FindingPlace, Finding]]:
        """A page of what was found in an import, the most urgent first, each with its place."""
        with self.database.look() as work:
            return work.roster_imports.findings(ref, after, limit)

    def every_finding(self, ref: ImportRef) -> Iterator[Finding]:
        """All of it, page by page."""
        after = NOWHERE
        while page := self.findings(ref, after, FINDINGS_AT_ONCE):
            yield from (finding for _, finding in page)
            after = page[-1][0]

    def delete(self, ref: ImportRef) -> None:
        """Delete an import and all that belongs to it."""
        with self.database.begin() as work:
            work.roster_imports.delete(ref)
            work.commit()


def _known(found: StagedImport | None) -> StagedImport:
    if found is None:
        raise NotFound("There is no such import.")
    return found


def _open(work: UnitOfWork, ref: ImportRef) -> StagedImport:
    known = _known(work.roster_imports.get(ref))
    if known.state is not ImportState.OPEN:
        raise Conflict("The import accepts no more parts: it has been applied, or is being applied.")
    return known


def _after_earlier(
    work: UnitOfWork, ref: ImportRef, records: Sequence[StagedRecord]
) -> tuple[list[StagedRecord], list[Finding]]:
    """The records with what earlier pieces say of them, and which of them stood there otherwise."""
    together = {(record.kind, record.id): record for record in records}
    twice = []
    for kind in RecordKind:
        ids = [record.id for record in records if record.kind is kind]
        for key, earlier in work.roster_imports.with_ids(ref, kind, ids).items():
            record = together[kind, key]
            if None not in {earlier.value, record.value} and earlier.value != record.value:
                twice.append(Finding(kind.value, key, SEVERAL))
            together[kind, key] = record.after(earlier)
    return list(together.values()), twice


def _check_parts(work: UnitOfWork, ref: ImportRef, part: int, records: Sequence[StagedRecord]) -> None:
    errors = []
    for kind in RecordKind:
        ids = [record.id for record in records if record.kind is kind and record.value is not None]
        # The first of each.
        places = {key: place for place, key in reversed(list(enumerate(ids)))}
        elsewhere = work.roster_imports.parts_with(ref, kind, ids, but=part)
        errors += [
            FieldError(f"{kind.value}.{places[key]}.id", f"is in part {other} as well", key)
            for key, other in sorted(elsewhere.items())
        ]
    if errors:
        raise Invalid("Each record may be in only one part.", errors)


def _check_complete(known: StagedImport, parts: int) -> None:
    missing = [number for number in range(1, parts + 1) if number not in known.parts]
    if missing:
        raise Conflict(f"Part {missing[0]} of {parts} has not arrived.", [FieldError("parts", "have not all arrived")])
    if len(known.parts) > parts:
        more = f"There are {len(known.parts)} parts, not {parts}."
        raise Conflict(more, [FieldError("parts", "is less than the number of parts that have arrived")])


def _gaps(work: UnitOfWork, known: StagedImport) -> list[Gap]:
    if known.state is not ImportState.OPEN:
        return []
    before = read_snapshot(work, known_practice(work, known.ref.practice))
    return gaps(before, work.coverage.count_patients(before))
