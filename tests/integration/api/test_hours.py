"""Opening hours, answer-by and outcomes over HTTP."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from router.actors import Scope
from tests.integration.api.conftest import MESSAGE, Service

OWN_WEEK = "has its own week, Monday closed, Tuesday 09:00-10:00, Wednesday to Sunday closed"
ALWAYS = {"practice": {"round_the_clock": True}}


def save(service: Service, **changes: Any) -> Any:  # noqa: ANN401 - a test names the fields.
    """Change the settings in these fields."""
    client = service.client(Scope.ADMIN)
    document = client.get("/v1/messaging").json()
    return client.put("/v1/messaging", json=document | changes, headers={"If-Match": "*"})


def always_open(service: Service) -> None:
    document = service.client(Scope.ADMIN).get("/v1/messaging").json()
    document["practice"]["topics"]["billing"] |= {"answer_within": 120, "guidance": "Name the bill."}
    saved = save(service, practice=document["practice"], hours=ALWAYS, answer_within=60, phone="555 0100")
    assert saved.status_code == 200, saved.text


def test_the_settings_tell_hours_as_they_were_sent(service: Service) -> None:
    hours: dict[str, Any] = {
        "practice": {"weekly": {"mon": [["08:00", "12:00"], ["13:00", "24:00"]]}, "dates": {"2026-12-25": []}},
        "sites": {"south": {"weekly": {"tue": [["09:00", "10:00"]]}, "time_zone": "Europe/Paris"}},
    }

    saved = save(service, hours=hours, answer_within=480).json()

    assert saved["changes"] == [
        "Opening hours, Monday: 08:00-12:00, 13:00-24:00.",
        "Opening hours, dates: 25 Dec 2026 closed.",
        f"South Clinic, opening hours: {OWN_WEEK}.",
        "South Clinic, time zone: Europe/Paris.",
        "Usually answered: within 8 h of opening time.",
    ]
    read = service.client(Scope.ADMIN).get("/v1/messaging").json()
    assert read["hours"]["practice"]["weekly"]["mon"] == hours["practice"]["weekly"]["mon"]
    assert read["hours"]["sites"]["south"]["time_zone"] == "Europe/Paris"
    assert save(service).json()["changes"] == [], "what was read can be sent back"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hours": {"practice": {"weekly": {"mon": [["12:00", "08:00"]]}}}}, "hours.practice.weekly.mon.0"),
        ({"hours": {"practice": {"dates": {"2026-12-25": []}}}}, "hours.practice"),
        ({"hours": {"sites": {"south": {"time_zone": "Mars/Base"}}}}, "hours.sites.south.time_zone"),
        ({"hours": {"sites": {"ghost": {}}}}, "hours.sites.ghost"),
        ({"answer_within": -1}, "answer_within"),
    ],
)
def test_bad_hours_are_a_problem_that_names_the_field(service: Service, changes, field) -> None:
    refused = save(service, **changes)

    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert service.client(Scope.ADMIN).get("/v1/messaging").json()["version"] == 1


def test_the_form_and_the_answer_to_sending_say_by_when(service: Service) -> None:
    always_open(service)

    form = service.client(Scope.PORTAL).get("/v1/patients/sam/compose").json()
    sent = service.write().json()

    assert (form["open"], form["opens_at"], form["phone"]) == (True, None, "555 0100")
    billing = next(topic for topic in form["topics"] if topic["topic"] == "billing")
    assert billing["guidance"] == "Name the bill."
    assert {topic["answer_by"] is None for topic in form["topics"]} == {False}
    receipt = service.client(Scope.PORTAL).get(f"/v1/messages/{sent['id']}").json()
    assert receipt["answer_by"] == sent["answer_by"]
    accepted = datetime.fromisoformat(receipt["accepted_at"])
    assert datetime.fromisoformat(sent["answer_by"]) == accepted + timedelta(hours=2)
    batch = {"items": [{**MESSAGE, "idempotency_key": "in-a-batch"}]}
    item = service.client(Scope.PORTAL).post("/v1/messages/batch", json=batch).json()["items"][0]
    assert item["message"]["answer_by"] is not None


def test_answer_by_is_null_and_never_absent(service: Service) -> None:
    form = service.client(Scope.PORTAL).get("/v1/patients/sam/compose").json()

    assert service.write().json()["answer_by"] is None
    assert (form["open"], form["opens_at"]) == (None, None)
    assert {topic["answer_by"] for topic in form["topics"]} == {None}


def test_a_conversation_is_late_until_it_is_answered_by_phone(service: Service) -> None:
    always_open(service)
    message, delivery = service.delivered()
    client = service.client()
    conversation = client.get(f"/v1/messages/{message}").json()["conversation"]
    service.house.clock.by += timedelta(hours=3)

    assert client.get(f"/v1/conversations/{conversation}").json()["late"] is True
    assert client.get(f"/v1/deliveries/{delivery}?staff=ada").json()["answer_by"] is not None
    done = client.post(f"/v1/deliveries/{delivery}/done", json={"staff": "ada", "outcome": "answered_by_phone"})

    assert done.status_code == 200
    thread = client.get(f"/v1/conversations/{conversation}").json()
    assert (thread["late"], thread["answer_by"]) == (False, None)
    receipt = client.get(f"/v1/messages/{message}").json()
    assert (receipt["status"], receipt["outcome"]) == ("answered", "answered_by_phone")
    assert client.get(f"/v1/deliveries/{delivery}?staff=ada").json()["answer_by"] is None


def test_an_unknown_outcome_is_refused(service: Service) -> None:
    _, delivery = service.delivered()

    refused = service.client().post(f"/v1/deliveries/{delivery}/done", json={"staff": "ada", "outcome": "shrugged"})

    assert [error["field"] for error in refused.json()["errors"]] == ["outcome"]


def test_a_reply_may_keep_the_message_open(service: Service) -> None:
    always_open(service)
    message, delivery = service.delivered()
    body = {"staff": "ada", "body": "We are looking.", "keep_open": True}

    sent = service.client().post(f"/v1/deliveries/{delivery}/reply", json=body)

    assert sent.status_code == 201
    shown = service.client().get(f"/v1/deliveries/{delivery}?staff=ada").json()
    assert (shown["state"], shown["answer_by"] is None) == ("read", False)
    assert service.client().get(f"/v1/messages/{message}").json()["status"] == "answered"
