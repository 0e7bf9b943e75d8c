"""What can't be said about urgent messages and topics: each is named, and nothing of it is stored."""

from dataclasses import replace
from typing import Any

import pytest

from router.actors import Scope
from router.messaging.red_flags import RedFlagGroup, RedFlags
from router.practice.topics import Topic
from tests.builders import settings, topic_set
from tests.integration.api.conftest import Service, fields

EMERGENCY = RedFlagGroup("emergency", {"en": ("chest pain",)}, {"en": "Call now."}, "911")
SAVED = {"group": "emergency", "phrases": {"en": ["chest pain"]}, "advice": {"en": "Call now."}, "phone": "911"}
BAD_GROUPS: dict[str, tuple[dict[str, Any], str]] = {
    "over 1,000 phrases": ({"phrases": {"en": [f"phrase {number}" for number in range(1_001)]}}, "red_flags"),
    "nothing but *": ({"phrases": {"en": ["chest pain", " * "]}}, "red_flags.0.phrases.en.1"),
    "over 80 characters": ({"phrases": {"en": ["pain " * 17]}}, "red_flags.0.phrases.en.0"),
    "advice left empty": ({"advice": {"en": "  "}}, "red_flags.0.advice.en"),
    "a language that isn't ticked": ({"phrases": {"en": ["a"], "fr": ["mal"]}}, "red_flags.0.phrases.fr"),
}
TRIAL = "/v1/messaging/red_flags/trial"


@pytest.fixture
def clinic(service: Service) -> Service:
    """Ada gets bills, ann what is medical, and patients choose about medication."""
    topics = topic_set({Topic.BILLING: ["ada"], Topic.MEDICAL: ["ann"]}, off=[Topic.OTHER])
    service.house.save(replace(settings(), practice=topics, red_flags=RedFlags((EMERGENCY,))))
    return service


@pytest.mark.parametrize("kind", sorted(BAD_GROUPS))
def test_red_flags_that_can_not_be_saved_or_tried(clinic: Service, kind: str) -> None:
    client = clinic.client(Scope.ADMIN)
    saved = client.get("/v1/messaging")
    group, field = BAD_GROUPS[kind]
    wanted = {"red_flags": [SAVED | group], "on_call": ["ann"]}

    answer = client.put("/v1/messaging", json=saved.json() | wanted, headers={"If-Match": saved.headers["etag"]})

    assert (answer.status_code, field in fields(answer)) == (422, True), answer.text
    assert client.get("/v1/messaging").json() == saved.json()
    tried = client.post(TRIAL, json={"red_flags": wanted["red_flags"]})
    assert (tried.status_code, field in fields(tried)) == (422, True)
    # It isn't counted.
    assert client.post(TRIAL, json={"red_flags": [SAVED]}).json()["left"] == 19


@pytest.mark.parametrize("reply", [False, True])
def test_urgent_where_patients_may_not_say_so_is_routine_and_said_so(clinic: Service, *, reply: bool) -> None:
    first = clinic.write().json()
    more = {"patient": "sam", "conversation": first["conversation"], "body": "Soon, please.", "priority": "urgent"}
    headers = {"Idempotency-Key": "more"}

    post = clinic.client(Scope.PORTAL).post
    answer = post("/v1/messages", json=more, headers=headers) if reply else clinic.write(priority="urgent")

    assert (answer.status_code, answer.json()["priority"]) == (202, "routine")
    clinic.deliver()
    inbox = clinic.client(Scope.INBOX).get("/v1/staff/ada/inbox").json()
    assert [item["priority"] for item in inbox["items"]] == ["routine"] * 2


def test_a_topic_that_is_off_is_no_topic_to_move_to(clinic: Service) -> None:
    path = _delivered(clinic)
    answer = clinic.client(Scope.INBOX).post(path, json={"staff": "ada", "topic": "other"})
    assert (answer.status_code, list(fields(answer))) == (422, ["topic"])
    _has_not_moved(clinic)


def test_who_may_not_move_what_a_patient_sent_to_a_provider_moves_nothing(clinic: Service) -> None:
    clinic.write(patient="pat", topic="medication", to="ann")
    clinic.deliver()
    client = clinic.client(Scope.INBOX)
    (item,) = client.get("/v1/staff/ann/inbox").json()["items"]
    forward = {"staff": "ann", "to": "ben", "note": "", "whole_conversation": False}
    assert client.post(f"/v1/deliveries/{item['id']}/forward", json=forward).status_code < 300
    (theirs,) = client.get("/v1/staff/ben/inbox").json()["items"]

    answer = client.post(f"/v1/deliveries/{theirs['id']}/topic", json={"staff": "ben", "topic": "medical"})

    assert answer.status_code == 403
    assert [item["topic"] for item in client.get("/v1/staff/ann/inbox").json()["items"]] == ["medication"]


def test_over_an_answer_that_was_not_seen_yet_nothing_is_moved(clinic: Service) -> None:
    topics = topic_set({Topic.BILLING: ["ada", "ben"], Topic.MEDICAL: ["ann"]})
    clinic.house.save(replace(settings(), practice=topics))
    path = _delivered(clinic)
    client = clinic.client(Scope.INBOX)
    (theirs,) = client.get("/v1/staff/ben/inbox").json()["items"]
    reply = {"staff": "ben", "body": "It is paid.", "keep_open": True}
    entry = client.post(f"/v1/deliveries/{theirs['id']}/reply", json=reply).json()

    answer = client.post(path, json={"staff": "ada", "topic": "medical"})

    assert (answer.status_code, answer.json()["entry"]["id"]) == (409, entry["id"])
    _has_not_moved(clinic)
    seen = {"staff": "ada", "topic": "medical", "last_seen": entry["id"]}
    assert client.post(path, json=seen).status_code == 200


def _delivered(clinic: Service) -> str:
    """A bill in ada's inbox; returns the path that moves it."""
    clinic.write()
    clinic.deliver()
    (item,) = clinic.client(Scope.INBOX).get("/v1/staff/ada/inbox").json()["items"]
    return f"/v1/deliveries/{item['id']}/topic"


def _has_not_moved(clinic: Service) -> None:
    client = clinic.client(Scope.INBOX)
    assert [item["topic"] for item in client.get("/v1/staff/ada/inbox").json()["items"]] == ["billing"]
    assert client.get("/v1/staff/ann/inbox").json()["items"] == []
