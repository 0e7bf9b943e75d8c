"""Charts that were merged into another one, and other links."""

from pathlib import Path

import pytest

from adapters.fhir.charts import INVERSE, LOST, MERGED, ONE_SIDED, OTHER_LINK, UNCLEAR, UNREAD
from router.practice.import_report import Finding, Level
from router.practice.roster import Mode
from tests.samples import fhir
from tests.samples.exports import read_export
from tests.samples.rosters import EMPTY, bring_export
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


def test_in_dstu_2_the_link_is_called_replace(read: Read) -> None:
    assert (
        read(fhir.patient("old", link=[TO_NEW | {"type": "replace"}]), NEW).roster["patients"][0]["replaced_by"]
        == "new"
    )


@pytest.mark.parametrize("mode", Mode)
def test_a_chart_that_is_gone_is_merged_into_the_one_that_takes_its_place(tmp_path: Path, mode: Mode) -> None:
    """The report said that the old chart says so itself, and a replace deactivated it: its conversations were lost."""
    before = bring_export(EMPTY, fhir.write(tmp_path / "1", [fhir.patient("old"), DOCTOR]), fhir.NOW)

    after = bring_export(before, fhir.write(tmp_path / "2", [NEW, DOCTOR]), fhir.NOW, mode)

    assert {key: one.replaced_by for key, one in after.patients.items()} == {"old": "new", "new": None}
    assert all(one.active for one in after.patients.values())


def test_a_chart_that_is_not_in_use_is_merged_into_the_one_that_takes_its_place(read: Read) -> None:
    export = read(fhir.patient("old", active=False), NEW)

    assert [patient["replaced_by"] for patient in export.roster["patients"]] == ["new", None]
    assert export.findings == (Finding("Patient", "new", INVERSE, "link.0"),)


def test_what_only_one_of_two_charts_says_merges_nobody(read: Read) -> None:
    """A chart in use stays so, one that two others replace is nobody's, and what can't be followed is reported."""
    other = fhir.patient("other", link=[{"other": fhir.literal("Patient", "gone"), "type": "replaces"}])
    third = fhir.patient("third", link=[*other["link"], {"type": "replaces"}])

    export = read(fhir.patient("old"), NEW, other, third)

    assert [patient["replaced_by"] for patient in export.roster["patients"]] == [None] * 4
    assert export.doubts.narrowed == ()
    assert export.findings == (
        Finding("Patient", "third", LOST, "link.1"),
        Finding("Patient", "new", ONE_SIDED, "link.0"),
        Finding("Patient", "other", LOST, "link.0"),
        Finding("Patient", "third", LOST, "link.0"),
    )


@pytest.mark.parametrize(
    "elements",
    [
        {"active": True, "deceasedDateTime": ["x", 1]},
        {"active": "maybe"},
        {"active": False, "link": [7]},
    ],
)
@pytest.mark.parametrize("mode", Mode)
def test_a_chart_that_cannot_be_read_completely_is_not_merged_away(
    tmp_path: Path, elements: fhir.Json, mode: Mode
) -> None:
    """It counted as one that isn't in the export, and nobody could write in it any more."""
    before = bring_export(EMPTY, fhir.write(tmp_path / "1", [fhir.patient("old"), DOCTOR]), fhir.NOW)
    folder = fhir.write(tmp_path / "2", [fhir.patient("old", **elements), NEW, DOCTOR])

    export = read_export(folder, fhir.NOW)
    after = bring_export(before, folder, fhir.NOW, mode)

    assert after.patients["old"].replaced_by is None
    found = next(finding for finding in export.findings if finding.source == "new")
    assert (found.reason, found.field, found.file, found.line) == (UNREAD, "link.0", "Patient.ndjson", 2)
    assert found.level is Level.ATTENTION


def test_a_chart_that_is_certainly_not_in_use_is_merged_though_something_in_it_cannot_be_read(tmp_path: Path) -> None:
    """As one that can be read completely, with its care team; the finding names its own line."""
    team = fhir.care_team("t-1", fhir.literal("Patient", "old"), fhir.participant(fhir.urn("d-1"), "Doctor"))
    before = bring_export(EMPTY, fhir.write(tmp_path / "1", [fhir.patient("old"), team, DOCTOR]), fhir.NOW)
    old = fhir.patient("old", active=False, deceasedDateTime=["x", 1])
    folder = fhir.write(tmp_path / "2", [NEW, old, team, DOCTOR])

    after = bring_export(before, folder, fhir.NOW, Mode.REPLACE)

    assert (after.patients["old"].replaced_by, after.patients["old"].active) == ("new", False)
    assert [member.staff for member in after.patients["new"].care_team] == ["d-1"]
    assert [(one.replaced_by, one.line) for one in read_export(folder, fhir.NOW).doubts.narrowed] == [("new", 2)]


@pytest.mark.parametrize("mode", Mode)
def test_a_chart_whose_other_elements_cannot_be_read_still_takes_the_place_of_another(
    tmp_path: Path, mode: Mode
) -> None:
    """A replace deactivated the other one, so that nobody could read its conversations, and nothing was reported."""
    known = [fhir.patient("old"), fhir.patient("new"), DOCTOR]
    before = bring_export(EMPTY, fhir.write(tmp_path / "1", known), fhir.NOW)
    folder = fhir.write(tmp_path / "2", [NEW | {"active": "maybe"}, DOCTOR])

    after = bring_export(before, folder, fhir.NOW, mode)

    assert {key: (one.active, one.replaced_by) for key, one in after.patients.items()} == {
        "old": (True, "new"),
        "new": (True, None),
    }
    assert Finding("Patient", "new", INVERSE, "link.0") in read_export(folder, fhir.NOW).findings


def test_nothing_is_merged_into_a_chart_that_is_neither_known_nor_readable(tmp_path: Path) -> None:
    before = bring_export(EMPTY, fhir.write(tmp_path / "1", [fhir.patient("old"), DOCTOR]), fhir.NOW)
    folder = fhir.write(tmp_path / "2", [NEW | {"active": "maybe"}, DOCTOR])

    after = bring_export(before, folder, fhir.NOW, Mode.REPLACE)

    assert [(key, one.active, one.replaced_by) for key, one in after.patients.items()] == [("old", True, None)]


def test_where_a_part_of_the_export_is_missing_the_other_chart_may_be_in_it(tmp_path: Path) -> None:
    folder = fhir.write(tmp_path / "export", [NEW, DOCTOR])
    (folder / "Patient.001.ndjson").write_bytes(b"")

    after = bring_export(EMPTY, folder, fhir.NOW)
    before = bring_export(EMPTY, fhir.write(tmp_path / "1", [fhir.patient("old"), DOCTOR]), fhir.NOW)

    assert list(after.patients) == ["new"]
    assert bring_export(before, folder, fhir.NOW).patients["old"].replaced_by is None
