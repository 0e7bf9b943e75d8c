"""A member of staff is changed and goes away over HTTP."""

from typing import Any

from router.practice.topics import Topic
from tests.integration.api.conftest import CANARY, OTHER, Service, fields


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
        "vacancies": [],
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
        "on_call": False,
        "vacancies": [],
        "care_teams": 1,
        "conversations": 0,
        "deliveries": 0,
        "returned": 0,
        "more_follow": False,
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
        "vacancies": [],
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
