"""The patients of a practice, with their sites and their care teams."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from adapters.documents.fields import FIRST_YEAR, LAST_YEAR
from adapters.fhir import addresses, names, record_numbers
from adapters.fhir.charts import MergedCharts
from adapters.fhir.contents import Contents
from adapters.fhir.entries import Entry
from adapters.fhir.home_sites import attended_sites
from adapters.fhir.resources import Patient
from adapters.fhir.sites import Sites
from adapters.fhir.staff import Staff
from adapters.fhir.teams import care_of
from router.practice.doubts import Narrowing, RecordKind
from router.practice.roster_rules import NAME_LIMIT

PATIENT_IN_DOUBT = "was skipped: whether the chart is in use can't be read"
WITHHELD = "doesn't tell whether the chart is in use or the patient has died: a known patient stays as they are"
NO_HOME_SITE = "has no home site: no organisation of theirs has one"
NO_FULL_DATE = "has a birth date that is not a full date"
# Databases write what they don't know as 1 January of year 1, or of 1753.
NO_LIFETIME = f"has a birth date that is not between {FIRST_YEAR} and {LAST_YEAR}"
_FULL_DATE = len("YYYY-MM-DD")
_PARTIAL_DATES = (len("YYYY"), len("YYYY-MM"))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a chart refers to."""

    contents: Contents
    sites: Sites
    staff: Staff
    merged: MergedCharts


def read(around: Surroundings) -> Iterator[dict[str, Any]]:
    """Make a patient of every named Patient, one after the other. Raises ExportError where strict."""
    contents = around.contents
    contents.doubts.narrowed += around.merged.absent
    for entry in contents.kept.patients():
        name = contents.report.text(entry, "name", names.choose(entry.resource.name, contents.now), NAME_LIMIT)
        if name:
            yield _record(around, entry, name)
        else:
            _skip(around, entry, "has no name, so not imported")
    for doubtful in contents.doubtful:
        if doubtful.type == "Patient":
            _skip(around, doubtful, PATIENT_IN_DOUBT)


def _skip(around: Surroundings, entry: Entry[Any], reason: str) -> None:
    contents = around.contents
    contents.report.warn(entry, reason)
    contents.doubts.staying[RecordKind.PATIENTS].add(entry.source)
    _narrow(around, entry)


def _narrow(around: Surroundings, entry: Entry[Any]) -> None:
    """Take away, apart from all else, what a faulty chart takes away."""
    inactive, replaced_by = not entry.resource.takes_part, around.merged.into.get(entry.source)
    if inactive or replaced_by:
        narrowing = Narrowing(RecordKind.PATIENTS, entry.source, inactive, None, replaced_by)
        around.contents.doubts.narrowed.append(replace(narrowing, file=entry.file, line=entry.line))


def _record(around: Surroundings, entry: Entry[Patient], name: str) -> dict[str, Any]:
    contents, patient = around.contents, entry.resource
    care = care_of(contents, patient.id)
    attended = attended_sites(contents, around.sites, around.staff, entry, care)
    if not attended and around.sites.records and patient.takes_part:
        contents.report.remark(entry, NO_HOME_SITE, "managingOrganization")
    if patient.may_take_no_part:
        contents.report.remark(entry, WITHHELD)
    record = {
        "id": patient.id,
        "name": name,
        "birth_date": _birth_date(contents, entry),
        "record_number": record_numbers.choose(contents, entry),
        "email": _email(contents, entry),
        "notify": False,
        "home_site": attended[0] if attended else None,
        "sites": attended,
        "active": patient.takes_part,
        "care_team": [{"staff": staff, "role": role} for staff, role in care.roles.items()],
        "authorized_users": [],
        "replaced_by": around.merged.into.get(patient.id),
    }
    _keep_what_is_in_doubt(around, entry, record)
    if entry.is_faulty or _is_impossible(entry):
        _narrow(around, entry)
    return record


def _keep_what_is_in_doubt(around: Surroundings, entry: Entry[Patient], record: dict[str, Any]) -> None:
    doubts, chart, patient = around.contents.doubts, entry.resource, entry.resource.id
    is_subset = chart.meta.is_subset
    lacks_telecom = is_subset or entry.lacks("telecom") or bool(chart.telecom)
    unread = {
        "name": entry.lacks("name"),
        "birth_date": record["birth_date"] is None and (is_subset or entry.lacks("birthDate") or _is_impossible(entry)),
        "record_number": record["record_number"] is None and (is_subset or entry.lacks("identifier")),
        "email": record["email"] is None and lacks_telecom,
        "replaced_by": patient in around.merged.unclear or (is_subset and not chart.link),
        "active": chart.may_take_no_part or (is_subset and chart.takes_part and chart.active is None),
    }
    doubts.keep(RecordKind.PATIENTS, patient, *(name for name, is_unread in unread.items() if is_unread))
    lacks_organization = entry.lacks("managingOrganization") or (is_subset and not chart.managing_organization)
    if lacks_organization or (not record["sites"] and (is_subset or around.sites.is_partial())):
        doubts.keep(RecordKind.PATIENTS, patient, "home_site", "sites")


def _birth_date(contents: Contents, entry: Entry[Patient]) -> str | None:
    text = entry.resource.birth_date
    if text is None:
        return None
    try:
        # Python also reads other forms, such as 19800131 and 1980-W05-4.
        born = date.fromisoformat(text) if len(text) == _FULL_DATE and "W" not in text else None
    except ValueError:
        born = None
    if born is not None and FIRST_YEAR <= born.year <= LAST_YEAR:
        return text
    note = contents.report.warn if _is_impossible(entry) else contents.report.skip
    note(entry, NO_FULL_DATE if born is None else NO_LIFETIME, "birthDate")
    return None


def _is_impossible(entry: Entry[Patient]) -> bool:
    """Whether the birth date is none, where it isn't simply known to the year or the month."""
    text = entry.resource.birth_date or ""
    return bool(text) and len(text) not in _PARTIAL_DATES


def _email(contents: Contents, entry: Entry[Patient]) -> str | None:
    return addresses.chosen_for(contents.report, entry, entry.resource.telecom, "home", contents.now).email
