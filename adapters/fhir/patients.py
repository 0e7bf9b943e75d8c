"""The patients of a practice, with their sites and their care teams."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from adapters.fhir import addresses, names
from adapters.fhir.contents import Contents
from adapters.fhir.files import Entry
from adapters.fhir.resources import Identifier, Patient
from adapters.fhir.sites import Sites
from adapters.fhir.teams import Care
from router.practice.roster_rules import ID_LIMIT, NAME_LIMIT
from router.text import problem_with

MEDICAL_RECORD = "MR"
_FULL_DATE = len("YYYY-MM-DD")


def read(contents: Contents, sites: Sites, care: dict[str, Care]) -> list[dict[str, Any]]:
    """Make a patient of every named Patient. Raises ExportError for a bad name."""
    records = []
    for entry in contents.patients:
        name = names.choose(entry.resource.name, contents.now)
        if name is None:
            contents.report.skip(entry, "has no name: no patient")
        elif wrong := problem_with(name, NAME_LIMIT):
            raise entry.error("name", wrong)
        else:
            records.append(_record(contents, sites, entry, name, care.get(entry.resource.id, Care())))
    return records


def _record(contents: Contents, sites: Sites, entry: Entry[Patient], name: str, care: Care) -> dict[str, Any]:
    patient = entry.resource
    attended = _sites(sites, entry, care)
    if not attended and sites.records and patient.takes_part:
        contents.report.skip(entry, "has no home site: no organisation of theirs has one", "managingOrganization")
    return {
        "id": patient.id,
        "name": name,
        "birth_date": _birth_date(contents, entry),
        "record_number": _record_number(contents, entry),
        "email": _email(contents, entry),
        "notify": False,
        "home_site": attended[0] if attended else None,
        "sites": attended,
        "active": patient.takes_part,
        "care_team": [{"staff": staff, "role": role} for staff, role in care.roles.items()],
        "authorized_users": [],
    }


def _sites(sites: Sites, entry: Entry[Patient], care: Care) -> list[str]:
    """The home site first: that of the patient's own organisation, else of the first team that has one."""
    found = []
    if entry.resource.managing_organization:
        found.append(sites.of(entry, entry.resource.managing_organization, "managingOrganization"))
    for team in care.teams:
        for index, reference in enumerate(team.resource.managing_organization):
            found.append(sites.of(team, reference, f"managingOrganization.{index}"))
    return list(dict.fromkeys(site for site in found if site is not None))


def _birth_date(contents: Contents, entry: Entry[Patient]) -> str | None:
    text = entry.resource.birth_date
    if text is None:
        return None
    try:
        # Python also reads other forms, such as 19800131 and 1980-W05-4.
        if len(text) == _FULL_DATE and "W" not in text:
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    contents.report.skip(entry, "has a birth date that is not a full date", "birthDate")
    return None


def _record_number(contents: Contents, entry: Entry[Patient]) -> str | None:
    numbers = list(_record_numbers(entry.resource.identifier))
    usable = [number for number in numbers if problem_with(number, ID_LIMIT) is None]
    if numbers and not usable:
        contents.report.skip(entry, "has a record number that can't be used", "identifier")
    return usable[0] if usable else None


def _record_numbers(identifiers: Iterable[Identifier]) -> Iterable[str]:
    for one in sorted(identifiers, key=lambda one: one.use == "old"):
        codings = one.type.coding if one.type else ()
        if one.value and any(coding.code == MEDICAL_RECORD for coding in codings):
            yield one.value.strip()


def _email(contents: Contents, entry: Entry[Patient]) -> str | None:
    address = addresses.choose(entry.resource.telecom, "home", contents.now)
    if address.passed_over:
        contents.report.skip(entry, addresses.UNUSABLE, "telecom")
    return address.email
