"""Charts that were merged into another one, and other links."""

import pytest

from adapters.fhir.charts import INVERSE, MERGED, OTHER_LINK, UNCLEAR
from router.practice.import_report import Finding, Level
from tests.samples import fhir
from tests.unit.fhir.conftest import Read

TO_NEW = {"other": fhir.literal("Patient", "new"), "type": "replaced-by"}
NEW = fhir.patient("new", link=[{"other": fhir.literal("Patient", "old"), "type": "replaces"}])
DOCTOR = fhir.practitioner("d-1")


def test_a_merged_chart_hands_its_care_team_over(read: Read) -> None:
    """Through any number of links, after whom the chart has itself; the old chart keeps its own."""
    older = fhir.patient("older", link=[{"other": fhir.literal("Patient", "old"), "type": "replaced-by"}])
    old = fhir.patient("old", link=[TO_NEW])
    team = fhir.care_team("t-1", fhir.literal("Patient", "older"), fhir.participant(fhir.urn("d-1"), "Doctor"))
    own = fhir.care_team("t-2", fhir.literal("Patient", "new"), fhir.participant(fhir.urn("d-2"), "Nurse"))

    export = read(older, old, NEW, DOCTOR, fhir.practitioner("d-2"), team, own)

    charts = {patient["id"]: patient for patient in export.roster["patients"]}
    assert [(key, one["replaced_by"]) for key, one in charts.items()] == [
        ("older", "old"),
        ("old", "new"),
        ("new", None),
    ]
    assert [member["staff"] for member in charts["new"]["care_team"]] == ["d-2", "d-1"]
    assert [member["staff"] for member in charts["older"]["care_team"]] == ["d-1"]
    assert {(finding.source, finding.reason) for finding in export.findings if finding.level is Level.NORMAL} >= {
        ("older", MERGED),
        ("old", MERGED),
        ("new", INVERSE),
    }


@pytest.mark.parametrize("kind", ["refer", "seealso", None])
def test_other_links_are_reported(read: Read, kind: str | None) -> None:
    export = read(fhir.patient("old", link=[{"other": fhir.literal("Patient", "new"), "type": kind}]), NEW)

    assert export.roster["patients"][0]["replaced_by"] is None
    assert Finding("Patient", "old", OTHER_LINK, "link.0") in export.findings


@pytest.mark.parametrize(
    "links",
    [
        [{"type": "replaced-by"}],
        [{"type": "replaced-by", "other": fhir.logical("nobody")}],
        [{"type": "replaced-by", "other": fhir.literal("RelatedPerson", "new")}],
        [{"type": "replaced-by", "other": fhir.literal("Patient", "old")}],
        [TO_NEW, TO_NEW | {"other": fhir.literal("Patient", "third")}],
    ],
)
def test_a_link_that_cannot_be_followed_changes_nothing(read: Read, links: list[fhir.Json]) -> None:
    """It is reported, and where the chart was merged before, it stays so."""
    export = read(fhir.patient("old", link=links), NEW)

    assert export.roster["patients"][0]["replaced_by"] is None
    assert any(finding.reason == UNCLEAR for finding in export.findings)
    assert "replaced_by" in export.doubts.patient_fields["old"]


def test_a_link_may_lead_to_a_chart_that_the_practice_knows(read: Read) -> None:
    assert read(fhir.patient("old", link=[TO_NEW])).roster["patients"][0]["replaced_by"] == "new"
