"""Rosters, staff and absences over HTTP."""

from typing import Any

import pytest
from sqlalchemy import event

from router.practice.roster import Mode
from router.practice.topics import Topic
from tests.house import PRACTICE
from tests.integration.api.conftest import CANARY, OTHER, Service, fields

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


def test_a_member_of_staff_is_changed(service: Service) -> None:
    """Only what is named changes."""
    response = service.client().patch("/v1/staff/ann", json={"email": None, "title": " RN ", "roles": ["portal_admin"]})

    assert response.json() == {
        "id": "ann",
        "name": "Ann",
        "email": None,
        "title": "RN",
        "roles": ["portal_admin"],
        "active": True,
        "departure": None,
        "gaps": [],
    }


def test_whoever_deactivates_somebody_hears_what_hung_on_them(service: Service) -> None:
    """A change, an import and its dry run tell the same, and the gaps that it opens."""
    client = service.client()
    gone = {"staff": [{"id": "ann", "name": "Ann", "active": False}]}

    tried = client.put("/v1/roster?dry_run=true", json=gone).json()
    changed = client.patch("/v1/staff/ann", json={"active": False}).json()

    assert tried["departures"] == [changed["departure"]]
    assert tried["gaps"] == changed["gaps"]
    assert changed["departure"] == {
        "staff": "ann",
        "name": "Ann",
        "named_in": [],
        "catches_all": False,
        "care_teams": 1,
        "conversations": 0,
        "deliveries": 0,
        "returned": 0,
        "text": ["Ann (ann) leaves.", "Is on the care team of 1 patient."],
    }
    assert {(gap["topic"], gap["kind"], gap["patients_without_choice"]) for gap in changed["gaps"]} == {
        (topic.value, "catch_all", 2) for topic in Topic
    }


def test_a_wrong_change_is_named(service: Service) -> None:
    """The fields are those of the change."""
    client = service.client()
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"email": CANARY}, "email"),
        ({"roles": [CANARY]}, "roles.0"),
        ({"active": "no"}, "active"),
        ({"id": "x"}, "id"),
        ({CANARY: "x"}, ""),
    ]

    answers = [client.patch("/v1/staff/ann", json=change) for change, _ in wrong]

    assert [(answer.status_code, list(fields(answer))) for answer in answers] == [(422, [field]) for _, field in wrong]
    assert not [answer for answer in answers if CANARY in answer.text]


def test_an_absence_is_set_and_ended(service: Service) -> None:
    """It is told in UTC; taking it away twice finds nothing the second time."""
    client = service.client()
    absence = {"from": "2026-03-02T12:00:00+02:00", "until": "2026-03-09T12:00:00Z", "cover": "ben"}

    put = client.put("/v1/staff/ann/absence", json=absence)
    ended = [client.delete("/v1/staff/ann/absence").status_code for _ in range(2)]

    assert put.json() == {
        "staff": "ann",
        "from": "2026-03-02T10:00:00Z",
        "until": "2026-03-09T12:00:00Z",
        "cover": "ben",
        "gaps": [],
    }
    assert ended == [204, 404]


def test_a_wrong_absence_is_named(service: Service) -> None:
    """An absence has a beginning before its end, and a cover who is somebody else on the staff."""
    client = service.client()
    good = {"from": "2026-03-02T12:00:00Z", "until": "2026-03-09T12:00:00Z"}
    wrong = [
        ({**good, "cover": "ann"}, "cover"),
        ({**good, "cover": CANARY}, "cover"),
        ({**good, "until": good["from"]}, "until"),
        ({**good, "from": "2026-03-02T12:00:00"}, "from"),
        ({"until": good["until"]}, "from"),
    ]

    answers = [client.put("/v1/staff/ann/absence", json=absence) for absence, _ in wrong]

    assert [(answer.status_code, list(fields(answer))) for answer in answers] == [(422, [field]) for _, field in wrong]
    assert CANARY not in "".join(answer.text for answer in answers)


def test_foreign_staff_are_not_there(service: Service) -> None:
    """Whoever is only on another practice's staff is missing here, as is what can't be an id."""
    client = service.client(practice=OTHER)
    client.put("/v1/roster", json={"staff": [{"id": "theirs", "name": "X"}]})
    absence = {"from": "2026-03-02T12:00:00Z", "until": "2026-03-09T12:00:00Z"}

    for staff in ("theirs", "nobody", "%00"):
        here = service.client()
        assert here.patch(f"/v1/staff/{staff}", json={"active": False}).status_code == 404
        assert here.put(f"/v1/staff/{staff}/absence", json=absence).status_code == 404
        assert here.delete(f"/v1/staff/{staff}/absence").status_code == 404
        assert here.get(f"/v1/staff/{staff}/inbox").status_code == 404


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
