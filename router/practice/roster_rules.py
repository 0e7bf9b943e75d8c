"""Checks of a roster document before any of it is stored, naming the wrong fields."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from router.errors import FieldError
from router.practice.email_addresses import doubt_about, problem_with_address
from router.practice.people import AuthorizedUser, Patient, Roster, Site
from router.practice.roster import RosterDocument, StaffRecord
from router.practice.settled_charts import goes_round, links_after
from router.practice.staff_ids import RESERVED
from router.text import problem_with

ID_LIMIT = 128
NAME_LIMIT = 200
RECORD = re.compile(r"(?P<list>sites|staff|patients)\.(?P<index>[0-9]+)")


def check(current: Roster, document: RosterDocument) -> list[FieldError]:
    """Everything that is wrong with the document, in its order; empty when it may be stored.

    Each error has the id of its record as its key.
    """
    ids = {
        "sites": [site.id for site in document.sites],
        "staff": [record.id for record in document.staff],
        "patients": [patient.id for patient in document.patients],
    }
    return [with_key(error, ids) for error in _wrong(current, document)]


def with_key(error: FieldError, ids: Mapping[str, Sequence[object]]) -> FieldError:
    """The error with the id of its record, which the first two parts of its path name; `ids` has those of each list."""
    found = RECORD.match(error.field)
    return keyed(error, ids[found["list"]][int(found["index"])]) if found else error


def keyed(error: FieldError, identifier: object) -> FieldError:
    """The error with the id of its record, if that can be one."""
    if not isinstance(identifier, str) or problem_with(identifier, ID_LIMIT):
        return error
    return replace(error, key=identifier.strip())


def _wrong(current: Roster, document: RosterDocument) -> list[FieldError]:
    sites = {*current.sites, *(site.id for site in document.sites)}
    staff = {*current.staff, *(record.id for record in document.staff)}
    named = {patient.id: patient for patient in document.patients}
    links = links_after(current.patients, named)
    patients = {*current.patients, *named}
    return [
        *_named_twice("sites", [site.id for site in document.sites]),
        *_named_twice("staff", [record.id for record in document.staff]),
        *_named_twice("patients", [patient.id for patient in document.patients]),
        *(error for index, site in enumerate(document.sites) for error in _site(f"sites.{index}", site)),
        *(error for index, record in enumerate(document.staff) for error in _staff(f"staff.{index}", record)),
        *_reserved(current, document),
        *(
            error
            for index, patient in enumerate(document.patients)
            for error in _patient(f"patients.{index}", patient, sites, staff)
        ),
        *(
            FieldError(f"patients.{index}.replaced_by", wrong)
            for index, patient in enumerate(document.patients)
            if (wrong := _link(patient, patients, links))
        ),
    ]


def warnings(document: RosterDocument) -> list[FieldError]:
    """Warnings about what is stored but may not work: addresses that only some mail relays can send to."""
    addresses = [
        *((f"staff.{index}.email", record.email) for index, record in enumerate(document.staff)),
        *((f"patients.{index}.email", patient.email) for index, patient in enumerate(document.patients)),
        *(
            (f"patients.{index}.authorized_users.{place}.email", user.email)
            for index, patient in enumerate(document.patients)
            for place, user in enumerate(patient.authorized_users)
        ),
    ]
    return [FieldError(field, doubt) for field, email in addresses if email and (doubt := doubt_about(email))]


def _reserved(current: Roster, document: RosterDocument) -> Iterator[FieldError]:
    """New staff can't have a reserved id; staff who already have one keep it."""
    for index, record in enumerate(document.staff):
        if record.id in RESERVED and record.id not in current.staff:
            yield FieldError(f"staff.{index}.id", "is a reserved word; choose another id")


def _named_twice(field: str, ids: Sequence[str]) -> Iterator[FieldError]:
    counts = Counter(ids)
    seen: set[str] = set()
    for index, identifier in enumerate(ids):
        if counts[identifier] > 1 and identifier in seen:
            yield FieldError(f"{field}.{index}.id", "is named twice in the document")
        seen.add(identifier)


def _text(field: str, text: str | None, limit: int) -> Iterator[FieldError]:
    wrong = problem_with(text, limit) if text is not None else None
    if wrong:
        yield FieldError(field, wrong)


def is_email(email: str) -> bool:
    """Whether a roster takes this as an email address."""
    return problem_with_address(email) is None


def _email(field: str, email: str | None) -> Iterator[FieldError]:
    if email is None:
        return
    wrong = problem_with_address(email)
    if wrong:
        yield FieldError(field, wrong)


def _site(path: str, site: Site) -> Iterator[FieldError]:
    yield from _text(f"{path}.id", site.id, ID_LIMIT)
    yield from _text(f"{path}.name", site.name, NAME_LIMIT)


def _staff(path: str, record: StaffRecord) -> Iterator[FieldError]:
    yield from _text(f"{path}.id", record.id, ID_LIMIT)
    yield from _text(f"{path}.name", record.name, NAME_LIMIT)
    yield from _text(f"{path}.title", record.title, NAME_LIMIT)
    yield from _email(f"{path}.email", record.email)


def _patient(path: str, patient: Patient, sites: Collection[str], staff: Collection[str]) -> Iterator[FieldError]:
    yield from _text(f"{path}.id", patient.id, ID_LIMIT)
    yield from _text(f"{path}.name", patient.name, NAME_LIMIT)
    yield from _text(f"{path}.record_number", patient.record_number, ID_LIMIT)
    yield from _email(f"{path}.email", patient.email)
    if patient.home_site is not None and patient.home_site not in sites:
        yield FieldError(f"{path}.home_site", "is not a site of the practice")
    seen: set[str] = set()
    for index, site in enumerate(patient.sites):
        if site not in sites:
            yield FieldError(f"{path}.sites.{index}", "is not a site of the practice")
        elif site in seen:
            yield FieldError(f"{path}.sites.{index}", "is named twice")
        seen.add(site)
    yield from _care_team(path, patient, staff)
    yield from _authorized_users(f"{path}.authorized_users", patient.authorized_users)


def _care_team(path: str, patient: Patient, staff: Collection[str]) -> Iterator[FieldError]:
    seen: set[str] = set()
    for index, member in enumerate(patient.care_team):
        if member.staff not in staff:
            yield FieldError(f"{path}.care_team.{index}.staff", "is not on the staff of the practice")
        if member.staff in seen:
            yield FieldError(f"{path}.care_team.{index}.staff", "is named twice in the care team")
        seen.add(member.staff)
        yield from _text(f"{path}.care_team.{index}.role", member.role, NAME_LIMIT)


def _link(patient: Patient, patients: Collection[str], links: Mapping[str, str | None]) -> str | None:
    if patient.replaced_by is None:
        return None
    if patient.replaced_by not in patients:
        return "is not a patient of the practice"
    return "leads back to this patient" if goes_round(patient.id, links) else None


def _authorized_users(path: str, users: Sequence[AuthorizedUser]) -> Iterator[FieldError]:
    yield from _named_twice(path, [user.id for user in users])
    for index, user in enumerate(users):
        yield from _text(f"{path}.{index}.id", user.id, ID_LIMIT)
        yield from _text(f"{path}.{index}.name", user.name, NAME_LIMIT)
        yield from _email(f"{path}.{index}.email", user.email)
