"""Which sites a patient attends, the home site first."""

from collections.abc import Iterable, Iterator
from typing import Any

from adapters.fhir.contents import Contents
from adapters.fhir.datatypes import Reference
from adapters.fhir.entries import Entry
from adapters.fhir.general_practitioners import may_name_more
from adapters.fhir.members import of_reference
from adapters.fhir.references import Match
from adapters.fhir.resources import Patient, PractitionerRole
from adapters.fhir.site_parts import LOCATION
from adapters.fhir.sites import Sites
from adapters.fhir.staff import PRACTITIONER_ROLE, Staff
from adapters.fhir.teams import Care
from router.practice.doubts import RecordKind

SEVERAL_HOME_SITES = "could have more than one home site: the first was used"


def attended_sites(contents: Contents, sites: Sites, staff: Staff, entry: Entry[Patient], care: Care) -> list[str]:
    """The site of the patient's own organisation, then those of their teams.

    Of an organisation with several sites it is the one where their practitioner works; where that leaves a choice, the
    first is taken and the choice reported.
    """
    patient = entry.resource
    working: list[str] | None = None
    found: list[str] = []
    for naming, organization, path in _organizations(entry, care):
        if sites.may_lack_one(organization):
            contents.doubts.keep(RecordKind.PATIENTS, patient.id, "home_site", "sites")
        candidates = sites.of(naming, organization, path)
        if len(candidates) > 1:
            if working is None:
                working = _workplaces(contents, sites, staff, entry, care)
            if contents.is_partial(PRACTITIONER_ROLE, LOCATION) or may_name_more(entry):
                contents.doubts.keep(RecordKind.PATIENTS, patient.id, "home_site", "sites")
            here = [site for site in candidates if site in working] or candidates
            if len(here) > 1 and not found and patient.takes_part:
                contents.report.remark(entry, SEVERAL_HOME_SITES, "managingOrganization")
        else:
            here = candidates
        found += [site for site in here[:1] if site not in found]
    return found


def _organizations(entry: Entry[Patient], care: Care) -> Iterator[tuple[Entry[Any], Reference, str]]:
    """The organisations of a patient and of their teams, and where they are named."""
    if entry.resource.managing_organization:
        yield entry, entry.resource.managing_organization, "managingOrganization"
    for team in care.teams:
        for index, reference in enumerate(team.resource.managing_organization):
            yield team, reference, f"managingOrganization.{index}"


def _workplaces(contents: Contents, sites: Sites, staff: Staff, entry: Entry[Patient], care: Care) -> list[str]:
    """The places where the patient's practitioners work by their roles; a role that is named before the others."""
    named: list[PractitionerRole] = []
    people: list[str] = []
    for reference in entry.resource.general_practitioner:
        member = of_reference(contents, staff, reference)
        found = contents.index.find(reference, [PRACTITIONER_ROLE])
        if member.is_staff:
            people.append(member.id)
            named += [role for role in staff.roles.held.get(member.id, []) if _is(role, found)]
    places = _places(contents, sites, named)
    if places:
        return places
    held = [role for member in (*people, *care.roles) for role in staff.roles.held.get(member, [])]
    return _places(contents, sites, held)


def _is(role: PractitionerRole, found: object) -> bool:
    return isinstance(found, Match) and found.type == PRACTITIONER_ROLE and found.id == role.id


def _places(contents: Contents, sites: Sites, roles: Iterable[PractitionerRole]) -> list[str]:
    """The sites of these roles, also of those that name a department or a room of one."""
    found = (contents.index.find(reference, [LOCATION]) for role in roles for reference in role.location)
    places = [place.id for place in found if isinstance(place, Match) and place.type == LOCATION]
    return [sites.parts.get(place, place) for place in places]
