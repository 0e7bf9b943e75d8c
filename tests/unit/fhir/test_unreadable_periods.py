"""Periods of which a part can't be read: they put nobody on a care team, and take nobody off."""

from pathlib import Path

import pytest

from tests.samples import fhir
from tests.samples.exports import WholeExport, read_export
from tests.unit.fhir.conftest import Read
from tests.unit.fhir.folders import folder_of, text

CHART = fhir.literal("Patient", "p-1")
UNREADABLE = "a participant has a period that can't be read"
STAFF = [fhir.practitioner(one) for one in ("d-1", "d-2")]


def team_of(export: WholeExport) -> list[str]:
    """Who is on the first patient's care team."""
    return [member["staff"] for member in export.roster["patients"][0]["care_team"]]


def member(one: str, period: object = None) -> fhir.Json:
    """A participant."""
    return fhir.participant(fhir.literal("Practitioner", one), None, period=period)


@pytest.mark.parametrize(
    "period",
    [
        {"end": "31.12.2020"},
        {"end": "2021-01-01 00:00:00"},
        {"start": "20200101", "end": "20210101"},
        {"end": 20210101},
        {"end": "2016-12-31T23:59:60Z"},
        {"end": "2016-12-31T24:00:00Z"},
        {"start": "2020-02-30"},
        [{"end": "2020"}],
        "2020",
    ],
)
def test_a_participant_whose_period_can_not_be_read_is_not_put_on_a_team(read: Read, period: object) -> None:
    """Who is on it stays; elements before it that are left out don't matter."""
    lines = [None, member("d-1", period=period), member("d-2")]
    team = fhir.care_team("t-1", CHART) | {"participant": lines}

    export = read(*STAFF, fhir.patient("p-1"), team)

    assert team_of(export) == ["d-2"]
    assert export.doubts.teams == {"p-1"}
    assert UNREADABLE in [finding.reason for finding in export.findings]


def test_an_end_that_occurs_twice_puts_nobody_on_a_team(tmp_path: Path) -> None:
    line = text(fhir.care_team("t-1", CHART, member("d-1", period={"end": "2020"})))
    twice = line.replace(b'"end": "2020"', b'"end": "2020", "end": "2030"')
    files = {"Patient.ndjson": text(fhir.patient("p-1")), "CareTeam.ndjson": twice}

    assert team_of(read_export(folder_of(tmp_path, files), fhir.NOW)) == []


def test_what_of_a_period_can_be_read_still_ends_it(read: Read) -> None:
    team = fhir.care_team("t-1", CHART, member("d-1", period={"start": "x", "end": "2020"}), member("d-2"))

    export = read(*STAFF, fhir.patient("p-1"), team)

    assert team_of(export) == ["d-2"]
    assert export.doubts.left["p-1"] == {"d-1"}


def test_an_address_whose_period_can_not_be_read_is_not_written_to(read: Read) -> None:
    """The one that is known stays."""
    telecom = [fhir.email("old@home.example", period={"end": "31.12.2020"})]

    export = read(*STAFF, fhir.patient("p-1", telecom=telecom))

    assert export.roster["patients"][0]["email"] is None
    assert "email" in export.doubts.patient_fields["p-1"]
