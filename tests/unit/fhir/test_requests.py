"""Exports and searches that were asked for a part only: what has changed, or some elements."""

import json
from pathlib import Path

import pytest

from adapters.fhir.contents import SUBSET
from adapters.fhir.requests import CHANGES, ELEMENTS, why_partial
from router.practice.doubts import RecordKind
from router.practice.import_report import Finding, Level
from router.practice.people import Roster
from router.practice.roster import Mode
from tests.samples import fhir
from tests.samples.exports import read_export
from tests.samples.rosters import EMPTY, bring_export
from tests.unit.fhir.conftest import Read
from tests.unit.fhir.folders import folder_of, text

SERVER = "https://ehr.example/fhir"
SINCE = f"{SERVER}/Patient/$export?_type=Patient&_since=2026-11-21T00%3A00%3A00Z"
TAG = {"meta": {"tag": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}]}}


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (SINCE, CHANGES.format("_since")),
        (f"{SERVER}/$export?_until=2026-11-21", CHANGES.format("_until")),
        (f"{SERVER}/$export?_typeFilter=Patient%3F_lastUpdated%3Dgt2026-11-01", CHANGES.format("_lastUpdated")),
        (f"{SERVER}/Patient?_lastUpdated=ge2026-11-21&_count=50", CHANGES.format("_lastUpdated")),
        (f"{SERVER}/Patient?_elements=id,name", ELEMENTS.format("_elements")),
        (f"{SERVER}/Patient?_summary=true", ELEMENTS.format("_summary")),
        (f"{SERVER}/Patient?_summary=false&_count=50", None),
        (f"{SERVER}/Patient?_summary=data", None),
        (f"{SERVER}/$export?_since=1970-01-01T00:00:00Z", None),
        (
            f"{SERVER}/$export?_typeFilter=Patient?active=true,CareTeam?_lastUpdated=gt2026-11-01",
            CHANGES.format("_lastUpdated"),
        ),
        (
            f"{SERVER}/$export?_typefilter=Patient%3Factive%3Dtrue%2C%20CareTeam%3Fstatus%3Dactive%26_lastUpdated%3Dgt2026",
            CHANGES.format("_lastUpdated"),
        ),
        (f"{SERVER}/$export?_typeFilter=CareTeam?status=active,inactive,Patient?active=true", None),
        (f"{SERVER}/$export?_typeFilter=CareTeam%3Fstatus%3Dactive", None),
        (f"{SERVER}/Patient?organization=o-1", None),
        ("https://[broken?_since=2026", None),
        (None, None),
    ],
)
def test_the_address_of_a_request_says_whether_its_answer_is_a_part(request_: str | None, reason: str | None) -> None:
    assert why_partial(request_) == reason


def known(tmp_path: Path) -> Roster:
    """Two patients with a care team each."""
    teams = [
        fhir.care_team(f"t-{one}", fhir.literal("Patient", one), fhir.participant(fhir.urn("d-1")))
        for one in ("p-1", "p-2")
    ]
    people = [fhir.patient("p-1"), fhir.patient("p-2"), fhir.practitioner("d-1")]
    return bring_export(EMPTY, fhir.write(tmp_path / "before", [*people, *teams]), fhir.NOW)


@pytest.mark.parametrize("mode", Mode)
def test_what_has_not_changed_is_not_absent(tmp_path: Path, mode: Mode) -> None:
    """An export of what has changed took the care teams away from patients of whom only the chart had changed."""
    manifest = {"transactionTime": "2026-11-22T00:00:00Z", "request": SINCE, "output": []}
    changed = fhir.care_team("t-p-2", fhir.literal("Patient", "p-2"), fhir.participant(fhir.urn("d-1")))
    files = {"Patient.ndjson": text(fhir.patient("p-1", birthDate="1980-05-17")), "CareTeam.ndjson": text(changed)}
    folder = folder_of(tmp_path, files | {"manifest.json": json.dumps(manifest).encode()})
    before = known(tmp_path)

    export = read_export(folder, fhir.NOW)
    after = bring_export(before, folder, fhir.NOW, mode)

    assert export.incomplete == (f"manifest.json, request: {CHANGES.format('_since')}",)
    assert {key: one.care_team for key, one in after.patients.items()} == {
        key: one.care_team for key, one in before.patients.items()
    }
    assert all(one.active for one in after.patients.values())
    assert all(one.active for one in after.staff.values())


@pytest.mark.parametrize(
    "framing",
    [
        {"type": "history"},
        {"type": "searchset", "link": [{"relation": "self", "url": f"{SERVER}/Patient?_lastUpdated=gt2026-11-21"}]},
    ],
)
def test_a_search_for_changes_and_a_history_are_parts(tmp_path: Path, framing: fhir.Json) -> None:
    bundle = {"resourceType": "Bundle", **framing, "entry": [{"resource": fhir.patient("p-1")}]}
    folder = folder_of(tmp_path, {"Patient.json": json.dumps(bundle).encode()})

    assert len(read_export(folder, fhir.NOW).incomplete) == 1
    assert bring_export(known(tmp_path), folder, fhir.NOW, Mode.REPLACE).patients["p-2"].active


def test_what_a_resource_does_not_have_stays_where_only_some_elements_were_asked_for(tmp_path: Path) -> None:
    chart = {
        "birthDate": "1980-05-17",
        "identifier": [fhir.record_number("MRN-1")],
        "telecom": [fhir.email("ada@home.example")],
        "managingOrganization": fhir.literal("Organization", "o-1"),
    }
    site = fhir.location("s-1", fhir.literal("Organization", "o-1"))
    staff = fhir.practitioner("d-1", telecom=[fhir.email("ida@work.example")])
    team = fhir.care_team("t-1", fhir.literal("Patient", "p-1"), fhir.participant(fhir.urn("d-1")))
    full = [site, staff, fhir.practitioner("d-2", active=False), team]
    full += [fhir.patient("p-1", **chart), fhir.patient("p-2", active=False)]
    before = bring_export(EMPTY, fhir.write(tmp_path / "1", full), fhir.NOW)
    parts = [one | TAG for one in (fhir.patient("p-1"), fhir.patient("p-2"), fhir.practitioner("d-1"))]
    left = {key: value for key, value in fhir.practitioner("d-2").items() if key != "active"} | TAG
    empty = {key: value for key, value in team.items() if key != "participant"} | TAG

    after = bring_export(before, fhir.write(tmp_path / "2", [site, *parts, left, empty]), fhir.NOW)

    assert after == before


def test_that_a_resource_has_some_elements_only_is_reported(read: Read) -> None:
    export = read(fhir.patient("p-1") | TAG, fhir.patient("p-2", meta={"tag": ["SUBSETTED", {"code": "HTEST"}]}))

    assert export.findings[-1] == Finding("Patient", "p-1", SUBSET, "meta")
    assert export.findings[-1].level is Level.KEPT
    assert RecordKind.PATIENTS not in export.doubts.anybody
