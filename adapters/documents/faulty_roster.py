"""Reading a roster record by record, so that a faulty record doesn't affect others, and its readable parts count.

What a record says of access (whether somebody is active, who may act for a patient and how) is either read whole, or
the record is skipped and only what it takes away is applied.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from adapters.documents.document import Document
from adapters.documents.faulty_access import narrowing_of, without_repeats
from adapters.documents.problems import REPEATED, field_errors
from adapters.documents.roster import LINK, PatientDocument, SiteDocument, StaffDocument, patient_of, staff_record
from adapters.documents.source_records import SourceRecord, TeamDoubts, id_of
from router.practice.doubts import Doubts, RecordKind
from router.practice.email_addresses import address_repairs, cleaned_address, doubt_about
from router.practice.import_report import Finding, Level
from router.practice.people import Patient, Site
from router.practice.roster import RosterDocument, StaffRecord
from router.practice.roster_rules import ID_LIMIT, NAME_LIMIT, is_email
from router.practice.staged_roster import SEVERAL
from router.text import problem_with
from router.text.repair import repair_text

SHAPES: Mapping[RecordKind, type[Document]] = {
    RecordKind.SITES: SiteDocument,
    RecordKind.STAFF: StaffDocument,
    RecordKind.PATIENTS: PatientDocument,
}
# What a record says of access, and what it can't do without.
_DECIDING = frozenset({"id", "name", "active", "roles", "authorized_users", "replaced_by"})
_PLACES = frozenset({"home_site", "sites"})
_NAMES = frozenset({"name", "title", "role"})
_ROUNDS = 12
_NO_ID = "was skipped: it has no id that can be used"
_IN_DOUBT = "was skipped: its name, or what it says about access, can't be read"
_BAD_EMAIL = "is not an email address: left out"
_BAD_NUMBER = "can't be used as a record number: left out"


@dataclass(slots=True)
class _Reading:
    sites: dict[str, Site] = field(default_factory=dict)
    staff: dict[str, StaffRecord] = field(default_factory=dict)
    patients: dict[str, Patient] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    staying: dict[RecordKind, set[str]] = field(default_factory=lambda: {kind: set() for kind in RecordKind})
    anybody: set[RecordKind] = field(default_factory=set)
    kept: dict[RecordKind, dict[str, tuple[str, ...]]] = field(
        default_factory=lambda: {kind: {} for kind in RecordKind}
    )
    teams: set[str] = field(default_factory=set)
    narrowed: list[Any] = field(default_factory=list)

    def note(self, record: SourceRecord, reason: str, path: str = "", level: Level = Level.ATTENTION) -> None:
        """Note what is wrong with a record."""
        source = id_of(record.value) or (f"{record.file}:{record.line}" if record.line else record.file)
        where = ".".join(part for part in (record.path, path) if part)
        self.findings.append(Finding(record.kind.value, source, reason, where, record.file, record.line, level))


def read_records(
    records: Iterable[SourceRecord], team_doubts: TeamDoubts | None = None
) -> tuple[RosterDocument, tuple[Finding, ...]]:
    """Make a roster from records, with findings for what was left out or repaired."""
    reading = _Reading()
    team_doubts = team_doubts or TeamDoubts()
    for record in records:
        _read(reading, record)
    doubts = Doubts(
        staying={kind: frozenset(ids) for kind, ids in reading.staying.items()},
        anybody=frozenset(reading.anybody),
        staff_fields=reading.kept[RecordKind.STAFF],
        patient_fields=reading.kept[RecordKind.PATIENTS],
        teams=frozenset(reading.teams) | team_doubts.patients,
        every_team=team_doubts.everybody,
        narrowed=tuple(reading.narrowed),
    )
    document = RosterDocument(
        sites=tuple(reading.sites.values()),
        staff=tuple(reading.staff.values()),
        patients=tuple(reading.patients.values()),
        doubts=doubts,
    )
    return document, tuple(reading.findings)


def _read(reading: _Reading, record: SourceRecord) -> None:
    key = id_of(record.value)
    for one in record.repeated:
        level = Level.REPAIRED if one.is_same else Level.ATTENTION
        reading.note(record, REPEATED, ".".join(str(part) for part in one.place), level)
    doubtful = record.in_doubt
    if key is None or not isinstance(record.value, dict) or "id" in doubtful:
        reading.note(record, _NO_ID, "id")
        reading.anybody.add(record.kind)
        return
    value = _repaired(reading, record, record.value, "")
    unread = _unusable(reading, record, value) | doubtful
    document, lost = _validated(reading, record, value)
    unread |= lost
    if unread & _DECIDING:
        document = None
    if document is None or unread:
        certain = {name: said for name, said in record.value.items() if name not in doubtful}
        narrowing = narrowing_of(record.kind, key, certain, record.file, record.line)
        reading.narrowed += [narrowing] if narrowing else []
    if document is None:
        reading.note(record, _IN_DOUBT)
        reading.staying[record.kind].add(key)
        return
    if record.kind is RecordKind.PATIENTS and LINK not in value:
        unread.add(LINK)
    _keep(reading, record, key, unread)
    _store(reading, record, document)


def _keep(reading: _Reading, record: SourceRecord, key: str, unread: set[str]) -> None:
    """Note the fields that stay as they are where the record is known."""
    if "care_team" in unread:
        reading.teams.add(key)
    if not unread.isdisjoint(_PLACES):
        unread |= _PLACES
    kept = (unread | set(record.missing)) - {"care_team"} if record.kind is not RecordKind.SITES else set()
    kept |= {"care_team"} & set(record.missing)
    reading.kept[record.kind][key] = tuple(sorted(kept))


def _store(reading: _Reading, record: SourceRecord, document: Document) -> None:
    new: Site | StaffRecord | Patient
    stored: dict[str, Any]
    if isinstance(document, PatientDocument):
        chart = patient_of(document)
        new = replace(chart, authorized_users=without_repeats(chart.authorized_users))
        stored = reading.patients
    elif isinstance(document, StaffDocument):
        new, stored = staff_record(document), reading.staff
    elif isinstance(document, SiteDocument):
        new, stored = Site(document.id, document.name), reading.sites
    known = stored.pop(new.id, None)
    if known is not None and known != new:
        reading.note(record, SEVERAL)
    stored[new.id] = new


def _repaired(reading: _Reading, record: SourceRecord, value: Any, path: str) -> Any:  # noqa: ANN401 - whatever came in.
    """The value with every name in it as a roster can hold it."""
    if isinstance(value, list):
        return [_repaired(reading, record, part, f"{path}{place}.") for place, part in enumerate(value)]
    if not isinstance(value, dict):
        return value
    repaired = {}
    for name, part in value.items():
        if name in _NAMES and isinstance(part, str):
            text = repair_text(part, NAME_LIMIT)
            for repair in text.repairs:
                reading.note(record, repair.value, f"{path}{name}", Level.REPAIRED)
            repaired[name] = text.text
        else:
            repaired[name] = _repaired(reading, record, part, f"{path}{name}.")
    return repaired


def _unusable(reading: _Reading, record: SourceRecord, value: dict[str, Any]) -> set[str]:
    """Take out addresses and numbers that a roster would refuse; returns the fields of the record itself."""
    unread = set()
    users = value.get("authorized_users")
    people = [(value, ""), *((user, f"authorized_users.{n}.") for n, user in enumerate(_listed(users)))]
    for person, path in people:
        email = person.get("email")
        if isinstance(email, str) and is_email(cleaned_address(email)):
            for repair in address_repairs(email):
                reading.note(record, repair, f"{path}email", Level.REPAIRED)
            if doubt := doubt_about(cleaned_address(email)):
                reading.note(record, doubt, f"{path}email")
        elif isinstance(email, str):
            person["email"] = None
            # An empty address is none, and nothing is wrong with it.
            if email.strip():
                reading.note(record, _BAD_EMAIL, f"{path}email")
                unread |= set() if path else {"email"}
    number = value.get("record_number")
    if isinstance(number, str) and problem_with(number, ID_LIMIT):
        value["record_number"] = None
        if number.strip():
            reading.note(record, _BAD_NUMBER, "record_number")
            unread.add("record_number")
    if value.get("title") == "":
        value["title"] = None
    return unread


def _listed(value: object) -> Sequence[dict[str, Any]]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _validated(reading: _Reading, record: SourceRecord, value: dict[str, Any]) -> tuple[Document | None, set[str]]:
    """The document of a record, and the fields of which something could not be read; None where access is in doubt."""
    unread: set[str] = set()
    if not value.get("name"):
        reading.note(record, "Field required", "name")
        return None, unread
    for _ in range(_ROUNDS):
        try:
            return SHAPES[record.kind].model_validate(value), unread
        except ValidationError as invalid:
            messages = field_errors(invalid)
            errors = invalid.errors(include_url=False, include_context=False, include_input=False)
        for message in messages:
            reading.note(record, message.message, message.field)
        unread |= {str(error["loc"][0]) for error in errors} & set(SHAPES[record.kind].model_fields)
        if unread & _DECIDING:
            return None, unread
        for location in reversed(_faulty_places(errors)):
            _take_out(value, location)
    return None, unread


def _faulty_places(errors: Sequence[ErrorDetails]) -> list[tuple[int | str, ...]]:
    """Where something is to be taken out, in order: of a list, the whole entry that lacks something, and only once."""
    places = {error["loc"][:-1] if error["type"] == "missing" else error["loc"] for error in errors}
    outermost = [place for place in places if not any(place[:length] in places for length in range(1, len(place)))]
    return sorted(outermost, key=lambda place: [(isinstance(part, str), part) for part in place])


def _take_out(value: Any, place: tuple[int | str, ...]) -> None:  # noqa: ANN401 - whatever came in.
    *parents, last = place
    for part in parents:
        value = value[part]
    del value[last]
