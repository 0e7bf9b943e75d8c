"""Rosters over HTTP."""

from typing import Any

import pytest
from sqlalchemy import event

from router.practice.roster import Mode
from tests.house import PRACTICE
from tests.integration.api.conftest import CANARY, Service, fields

DOCUMENT: dict[str, Any] = {
    "sites": [{"id": "east", "name": "East Clinic"}],
    "staff": [{"id": "cleo", "name": "Cleo", "email": "cleo@clinic.example", "roles": ["staff"]}],
    "patients": [
        {
            "id": "zoe",
            "name": "Zoe Doe",
            "birth_date": "2001-05-04",
            "home_site": "east",
            "care_team": [{"staff": "cleo", "role": "Nurse"}],
        }
    ],
}


def test_a_roster_is_merged(service: Service) -> None:
    """What is named is there afterwards; the answer counts what changed."""
    first = service.client().put("/v1/roster", json=DOCUMENT)
    again = service.client().put("/v1/roster", json=DOCUMENT)

    created = {"created": 1, "updated": 0, "unchanged": 0}
    assert first.status_code == 200
    assert first.json() == {
        "dry_run": False,
        "sites": {**created, "hidden": 0},
        "staff": {**created, "deactivated": 0},
        "patients": {**created, "deactivated": 0},
        "departures": [],
        "gaps": [],
        "warnings": [],
    }
    assert again.json()["patients"] == {"created": 0, "updated": 0, "deactivated": 0, "unchanged": 1}
    assert service.client().get("/v1/patients/zoe/compose").json()["site"] == "east"


def test_a_dry_run_stores_nothing(service: Service) -> None:
    """It says what would happen."""
    response = service.client().put("/v1/roster?dry_run=true", json=DOCUMENT)

    assert response.json()["dry_run"] is True
    assert response.json()["staff"]["created"] == 1
    assert service.client().get("/v1/patients/zoe/compose").status_code == 404


@pytest.mark.parametrize(("name", "named"), [("dryRun", "dryRun"), ("Mode", "Mode"), (CANARY, "")])
def test_a_parameter_that_is_not_known_is_refused(service: Service, name: str, named: str) -> None:
    """A script that asked for a dry run by another name stored the roster."""
    response = service.client().put("/v1/roster", params={name: "true"}, json=DOCUMENT)

    assert response.status_code == 422
    assert list(fields(response)) == [named]
    assert CANARY not in response.text
    assert service.client().get("/v1/patients/zoe/compose").status_code == 404


def test_a_replace_that_deactivates_many_is_guarded(service: Service) -> None:
    """It is refused with what it would do, and done when it is allowed."""
    client = service.client()

    refused = client.put("/v1/roster?mode=replace", json=DOCUMENT)
    allowed = client.put("/v1/roster?mode=replace&allow_deactivate=true", json=DOCUMENT)

    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:careroute:problem:would-deactivate"
    assert set(fields(refused)) == {"staff", "patients"}
    assert allowed.json()["sites"] == {"created": 1, "updated": 0, "hidden": 2, "unchanged": 0}
    assert allowed.json()["patients"]["deactivated"] == 2


@pytest.mark.parametrize("mode", list(Mode))
def test_a_wrong_roster_is_refused_whole(service: Service, mode: Mode) -> None:
    """Every wrong field is named, nothing is repeated, and nothing of it is stored."""
    document = {
        "sites": [{"id": "east", "name": ""}],
        "staff": [{"id": "cleo", "name": "Cleo"}],
        "patients": [
            {
                "id": "zoe",
                "name": CANARY + "\x07",
                "home_site": "nowhere",
                "sites": [],
                "care_team": [{"staff": CANARY, "role": "x"}],
            }
        ],
    }

    response = service.client().put("/v1/roster", params={"mode": mode.value}, json=document)

    assert response.status_code == 422
    wrong = {"sites.0.name", "patients.0.name", "patients.0.home_site", "patients.0.care_team.0.staff"}
    assert set(fields(response)) == wrong
    assert CANARY not in response.text
    assert "cleo" not in service.house.messaging.known(PRACTICE)[0].members


def test_wrong_shapes_and_parameters_are_named(service: Service) -> None:
    """Shapes are checked before anything is compared."""
    client = service.client()

    shapes = client.put("/v1/roster", json={"staff": [{"id": "x", CANARY: 1}], "patients": CANARY})
    mode = client.put("/v1/roster", params={"mode": CANARY}, json={})

    assert (shapes.status_code, set(fields(shapes))) == (422, {"staff.0.name", "staff.0", "patients"})
    assert (mode.status_code, fields(mode)) == (422, {"mode": "must be one of merge, replace"})
    assert CANARY not in shapes.text + mode.text


def test_a_large_roster_takes_no_more_statements_than_a_small_one(service: Service) -> None:
    """What 1,100 patients and 830 staff cost grows with their rows, and not with anything else."""
    statements: list[str] = []
    client = service.client()
    # The settings are read once, to say which gaps open.
    client.put("/v1/roster", json=_roster("first", 2, 3))

    @event.listens_for(service.house.engine, "before_cursor_execute")
    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    small = client.put("/v1/roster", json=_roster("a", 2, 3))
    of_small = len(statements)
    large = client.put("/v1/roster", json=_roster("b", 1100, 830))

    assert (small.json()["patients"]["created"], large.json()["patients"]["created"]) == (2, 1100)
    assert len(statements) - of_small == of_small


def _roster(prefix: str, patients: int, staff: int) -> dict[str, object]:
    return {
        "staff": [{"id": f"{prefix}-s-{number}", "name": f"Staff {number}"} for number in range(staff)],
        "patients": [
            {
                "id": f"{prefix}-p-{number}",
                "name": f"Patient {number}",
                "home_site": "north",
                "care_team": [
                    {"staff": f"{prefix}-s-{(number + one) % staff}", "role": "Nurse"} for one in range(min(4, staff))
                ],
            }
            for number in range(patients)
        ],
    }


def test_an_address_that_most_relays_refuse_is_stored_and_told(service: Service) -> None:
    """It is cleaned, too; the answer names the field."""
    staff = [{"id": "cleo", "name": "Cleo", "email": "mailto:cl\u00e9o@m\u00fcnchen.example;"}]

    answer = service.client().put("/v1/roster", json={"staff": staff}).json()

    assert [warning["field"] for warning in answer["warnings"]] == ["staff.0.email"]
    assert "SMTPUTF8" in answer["warnings"][0]["message"]
    members = service.house.reports.snapshot(PRACTICE).staffing.members
    assert members["cleo"].email == "cl\u00e9o@m\u00fcnchen.example"


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ('"name": "Zoe Doe", "name": "Kim Doe"', "patients.0.name"),
        ('"name": "Zoe Doe", "active": true, "active": false', "patients.0.active"),
    ],
)
def test_a_field_that_is_there_twice_is_named_and_nothing_is_stored(service: Service, field: str, path: str) -> None:
    """Which of the two was meant can't be told."""
    content = f'{{"patients": [{{"id": "zoe", {field}}}]}}'
    refused = service.client().put("/v1/roster", content=content)
    twice = service.client().put("/v1/roster", content='{"sites": [], "sites": [{"id": "east", "name": "East"}]}')

    assert (refused.status_code, twice.status_code) == (422, 422)
    assert set(fields(refused)) == {path}
    assert set(fields(twice)) == {"sites"}
    assert service.client().get("/v1/patients/zoe/compose").status_code == 404
