"""Sites, and the home site of a patient."""

import pytest

from router.practice.import_report import Finding
from tests.samples import fhir
from tests.samples.exports import WholeExport
from tests.unit.fhir.conftest import Read

HOME = {"managingOrganization": fhir.literal("Organization", "o-1")}


def sites_of(export: WholeExport, patient: int = 0) -> tuple[str | None, list[str]]:
    """The home site and the sites of one patient."""
    record = export.roster["patients"][patient]
    return record["home_site"], record["sites"]


def team(*organizations: fhir.Json) -> fhir.Json:
    """The care team of the patient, of these organisations."""
    member = fhir.participant(fhir.urn("d-1"))
    return fhir.care_team("t-1", fhir.urn("p-1"), member, managingOrganization=list(organizations))


def test_places_without_a_name_or_not_active_are_no_sites(read: Read) -> None:
    """Only named places in use become sites, and the others are reported."""
    export = read(
        fhir.location("s-1", name="  St. Mary's\tClinic "),
        fhir.location("s-2", name=" "),
        fhir.location("s-3", status="suspended"),
        {"resourceType": "Location", "id": "s-4", "name": "Says nothing of its status"},
        {"resourceType": "Location", "id": "s-5", "status": "active"},
    )

    assert export.roster["sites"] == [
        {"id": "s-1", "name": "St. Mary's Clinic"},
        {"id": "s-4", "name": "Says nothing of its status"},
    ]
    assert export.findings == (
        Finding("Location", "s-2", "has no name, so not a site"),
        Finding("Location", "s-3", "is not active, so not a site"),
        Finding("Location", "s-5", "has no name, so not a site"),
    )


@pytest.mark.parametrize("left_out", [True, False])
@pytest.mark.parametrize(
    "manager",
    [
        fhir.literal("Organization", "o-1"),
        fhir.versioned("Organization", "o-1"),
        fhir.conditional("Organization", "n-o-1", fhir.PLACES),
        fhir.logical("n-o-1", fhir.PLACES),
        fhir.urn("o-1"),
    ],
)
def test_a_place_may_name_its_organisation_in_any_style(read: Read, manager: fhir.Json, left_out: bool) -> None:  # noqa: FBT001
    """The patient finds it, whichever way the place refers; even by the same reference to one that isn't exported."""
    home = manager if left_out else HOME["managingOrganization"]
    resources = [fhir.location("s-1", manager), fhir.patient("p-1", managingOrganization=home)]

    export = read(*resources, *([] if left_out else [fhir.organization("o-1")]))

    assert sites_of(export) == ("s-1", ["s-1"])
    assert export.findings == ()


def test_the_home_site_is_the_first_site_of_the_patients_organisation(read: Read) -> None:
    """Closed and nameless places of the organisation are passed over, later ones are not looked at."""
    organization = fhir.literal("Organization", "o-1")
    export = read(
        fhir.organization("o-1"),
        fhir.location("s-0", organization, status="inactive"),
        fhir.location("s-1", organization, name=""),
        fhir.location("s-2", organization),
        fhir.location("s-3", organization),
        fhir.patient("p-1", **HOME),
    )

    assert sites_of(export) == ("s-2", ["s-2"])


def test_the_teams_organisation_gives_the_site_where_the_patient_has_none(read: Read) -> None:
    """Without an organisation of their own, or with one that has no site, it is the active team's."""
    organizations = [fhir.organization("o-1"), fhir.organization("o-2"), fhir.location("s-2", fhir.urn("o-2"))]
    people = [fhir.practitioner("d-1"), team(fhir.urn("o-2"))]

    assert sites_of(read(*organizations, *people, fhir.patient("p-1"))) == ("s-2", ["s-2"])
    assert sites_of(read(*organizations, *people, fhir.patient("p-1", **HOME))) == ("s-2", ["s-2"])


def test_patients_also_attend_the_sites_of_their_teams(read: Read) -> None:
    """A team of another organisation adds its site after the home site; the same one is listed once."""
    places = [fhir.location(f"s-{number}", fhir.urn(f"o-{number}")) for number in (1, 2)]
    organizations = [fhir.organization(f"o-{number}") for number in (1, 2, 3)]
    teams = team(fhir.urn("o-1"), fhir.urn("o-2"), fhir.urn("o-3"))

    export = read(*places, *organizations, teams, fhir.practitioner("d-1"), fhir.patient("p-1", **HOME))

    assert sites_of(export) == ("s-1", ["s-1", "s-2"])
    assert export.findings == ()


def test_a_patient_without_a_site_is_reported(read: Read) -> None:
    """Where there are sites, an active patient with none is named, and an organisation that isn't there too."""
    export = read(
        fhir.location("s-1"), fhir.patient("p-1", **HOME), fhir.patient("p-2"), fhir.patient("p-3", active=False)
    )

    assert sites_of(export) == (None, [])
    no_site = "has no home site: no organisation of theirs has one"
    absent = "its reference to an organisation isn't in the export"
    assert export.findings == (
        Finding("Patient", "p-1", absent, "managingOrganization"),
        Finding("Patient", "p-1", no_site, "managingOrganization"),
        Finding("Patient", "p-2", no_site, "managingOrganization"),
    )


def test_an_ambiguous_organisation_is_nobodys(read: Read) -> None:
    """An identifier of two organisations is reported on the place and on the patient."""
    shared = [fhir.identifier("both", fhir.PLACES)]
    export = read(
        fhir.organization("o-1", identifier=shared),
        fhir.organization("o-2", identifier=shared),
        fhir.location("s-1", fhir.logical("both", fhir.PLACES)),
        fhir.patient("p-1", managingOrganization=fhir.logical("both", fhir.PLACES)),
    )

    assert sites_of(export) == (None, [])
    reason = "its reference to an organisation is ambiguous: its identifier is held by more than one resource"
    assert [(finding.type, finding.field) for finding in export.findings if finding.reason == reason] == [
        ("Location", "managingOrganization"),
        ("Patient", "managingOrganization"),
    ]
