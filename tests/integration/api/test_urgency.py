"""Urgent messages and corrected topics over HTTP."""

from dataclasses import replace
from typing import Any

import pytest

from router.actors import Scope
from router.messaging.red_flags import RedFlagGroup, RedFlags
from router.practice.topics import Topic
from tests.builders import settings, topic_set
from tests.integration.api.conftest import Service, fields

EMERGENCY = RedFlagGroup("emergency", {"en": ("chest pain",)}, {"en": "Call now."}, "911")
ADVICE = {"group": "emergency", "text": "Call now.", "phone": "911", "language": "en"}


@pytest.fixture
def clinic(service: Service) -> Service:
    """Ada gets bills and ann what is medical; patients may say that something is urgent."""
    topics = topic_set({Topic.BILLING: ["ada"], Topic.MEDICAL: ["ann"]}, off=[Topic.OTHER])
    service.house.save(
        replace(settings(), practice=topics, red_flags=RedFlags((EMERGENCY,)), patients_may_say_urgent=True)
    )
    return service


def inbox(service: Service, staff: str = "ada", query: str = "") -> list[dict[str, Any]]:
    return list(service.client(Scope.INBOX).get(f"/v1/staff/{staff}/inbox{query}").json()["items"])


def test_sending_answers_with_the_advice_and_the_priority_that_counts(clinic: Service) -> None:
    flagged = clinic.write(body="I have chest pain", advice_seen=True).json()
    said = clinic.write(priority="urgent").json()
    plain = clinic.write().json()

    assert (flagged["advice"], flagged["priority"]) == (ADVICE, "routine")
    assert (said["advice"], said["priority"]) == (None, "urgent")
    assert (plain["advice"], plain["priority"]) == (None, "routine")
    assert list(fields(clinic.write(priority="soon"))) == ["priority"]
    clinic.deliver()
    shown = [(item["priority"], item["why"]) for item in inbox(clinic)]
    assert shown == [
        ("urgent", "Red flag, emergency: “chest pain”."),
        ("urgent", "The patient's side said that it is urgent."),
        ("routine", None),
    ]
    assert len(inbox(clinic, query="?priority=urgent")) == 2
    trace = clinic.client(Scope.ADMIN).get(f"/v1/messages/{flagged['id']}/trace")
    assert trace.json()["priority_changes"][0]["text"] == "Urgent: red flag, group emergency."
    assert "chest" not in trace.text


def test_a_message_is_looked_at_before_it_is_sent_and_nothing_is_stored(clinic: Service) -> None:
    client = clinic.client(Scope.PORTAL)
    path = "/v1/patients/sam/compose/check"

    assert client.post(path, json={"topic": "billing", "body": "chest pain"}).json() == {"advice": ADVICE}
    assert client.post(path, json={"topic": "billing", "body": ""}).json() == {"advice": None}
    sent = clinic.write().json()
    asked = {"conversation": sent["conversation"], "body": "Chest  PAIN"}
    assert client.post(path, json=asked).json() == {"advice": ADVICE}
    assert client.post("/v1/patients/pat/compose/check", json=asked).status_code == 404
    assert client.post("/v1/patients/nobody/compose/check", json={"topic": "billing", "body": ""}).status_code == 404
    for wrong, field in (({"body": "x"}, "topic"), (asked | {"topic": "billing"}, "topic"), ({}, "body")):
        answer = client.post(path, json=wrong)
        assert (answer.status_code, list(fields(answer))) == (422, [field])
    form = client.get("/v1/patients/sam/compose").json()
    assert (form["may_say_urgent"], form["on_call"]) == (True, False)


def test_staff_raise_and_lower(clinic: Service) -> None:
    clinic.write()
    clinic.deliver()
    client, delivery = clinic.client(Scope.INBOX), inbox(clinic)[0]["id"]
    path = f"/v1/deliveries/{delivery}/priority"

    assert client.post(path, json={"staff": "ada", "priority": "urgent"}).json() == {
        "id": delivery,
        "priority": "urgent",
    }
    answer = client.post(path, json={"staff": "ada", "priority": "routine"})
    assert (answer.status_code, list(fields(answer))) == (422, ["reason"])
    lowered = {"staff": "ada", "priority": "routine", "reason": "taken_care_of"}
    assert client.post(path, json=lowered).json()["priority"] == "routine"
    assert client.post(f"/v1/deliveries/{delivery}/undo", json={"staff": "ada"}).json()["undone"] == "priority"
    assert inbox(clinic)[0]["priority"] == "urgent"
    assert client.post(path, json=lowered | {"staff": "ann"}).status_code == 404


def test_a_repeated_undo_of_something_else_lowers_nothing(clinic: Service) -> None:
    clinic.write()
    clinic.deliver()
    client, delivery = clinic.client(Scope.INBOX), inbox(clinic)[0]["id"]
    path = f"/v1/deliveries/{delivery}"
    client.post(f"{path}/priority", json={"staff": "ada", "priority": "urgent"})
    client.post(f"{path}/done", json={"staff": "ada"})

    undone, again = (client.post(f"{path}/undo", json={"staff": "ada"}) for _ in range(2))

    assert undone.json()["undone"] == "done"
    assert (again.status_code, again.json()["detail"]) == (409, "There is nothing to undo.")
    assert inbox(clinic)[0]["priority"] == "urgent"


def test_a_corrected_topic_is_seen_by_everybody_whom_it_concerns(clinic: Service) -> None:
    message = clinic.write().json()
    clinic.deliver()
    client, delivery = clinic.client(), inbox(clinic)[0]["id"]
    path = f"/v1/deliveries/{delivery}/topic"

    looked = client.get(path, params={"staff": "ada", "topic": "medical"}).json()
    assert looked == {
        "id": delivery,
        "topic": "medical",
        "to": "Medical Team",
        "readers": [{"id": "ann", "name": "Ann"}],
        "messages": [message["id"]],
    }
    answer = client.post(path, json={"staff": "ada", "topic": "other"})
    assert (answer.status_code, list(fields(answer))) == (422, ["topic"])
    moved = client.post(path, json={"staff": "ada", "topic": "medical", "note": "About her chest."})
    assert moved.json() == looked
    assert client.post(path, json={"staff": "ada", "topic": "billing"}).status_code == 409
    (item,) = inbox(clinic, "ann")
    assert (item["topic"], item["reason"]) == ("medical", "Ada moved it from Billing to Medical.")
    thread = client.get(f"/v1/conversations/{message['conversation']}").json()
    assert [(move["from"], move["to"], move["shown_as"]) for move in thread["moves"]] == [
        ("billing", "medical", "Medical Team")
    ]
    history = client.get("/v1/patients/sam/history?topic=billing").json()
    assert history["conversations"] == []
    assert [move["conversation"] for move in history["moved_away"]] == [message["conversation"]]
    (event,) = client.get("/v1/events?kinds=conversation.topic_changed").json()["items"]
    assert (event["conversation"], event["from"], event["to"]) == (message["conversation"], "billing", "medical")
    staffs = client.get(f"/v1/deliveries/{item['id']}/conversation?staff=ann").json()
    assert [(move["by"]["id"], move["note"]) for move in staffs["moves"]] == [("ada", "About her chest.")]
    receipt = client.get(f"/v1/messages/{message['id']}").json()
    assert (receipt["to"], receipt["first_to"], receipt["topic"]) == ("Medical Team", "Billing Office", "medical")
    assert "About her chest" not in str(thread) + str(history)


def test_the_settings_of_urgent_messages_go_both_ways_and_what_is_wrong_is_named(clinic: Service) -> None:
    client = clinic.client(Scope.ADMIN)
    saved = client.get("/v1/messaging")
    document = saved.json()
    assert document["red_flags"] == [
        {"group": "emergency", "phrases": {"en": ["chest pain"]}, "advice": {"en": "Call now."}, "phone": "911"}
    ]
    step = {"after": 10, "while": "unopened", "do": "alert"}
    document |= {"urgent_ladder": [step], "on_call": ["ann"], "languages": ["en", "es"]}
    answer = client.put("/v1/messaging", json=document, headers={"If-Match": saved.headers["etag"]})
    assert answer.status_code == 200
    assert "On call: added Ann." in answer.json()["changes"]
    wrong = document | {
        "on_call": ["nobody"],
        "red_flags": [{"group": "x", "phrases": {"en": ["*"], "fr": ["a"]}, "advice": {}, "phone": ""}],
    }
    refused = client.put("/v1/messaging", json=wrong, headers={"If-Match": answer.headers["etag"]})
    assert refused.status_code == 422
    assert set(fields(refused)) == {
        "on_call.0",
        "red_flags.0.phrases.en.0",
        "red_flags.0.phrases.fr",
        "red_flags.0.advice.en",
        "red_flags.0.advice.fr",
        "red_flags.0.phone",
    }
    group = {"group": "x", "phrases": {"en": ["a"]}, "advice": {"en": "Call."}, "phone": "call me"}
    wrong = document | {"phone": "the desk", "red_flags": [group]}
    refused = client.put("/v1/messaging", json=wrong, headers={"If-Match": answer.headers["etag"]})
    assert (refused.status_code, set(fields(refused))) == (422, {"phone", "red_flags.0.phone"})
    # What is absent stays as it was.
    for name in ("urgent_ladder", "on_call", "red_flags", "languages", "patients_may_say_urgent"):
        del document[name]
    kept = client.put("/v1/messaging", json=document, headers={"If-Match": answer.headers["etag"]}).json()
    assert (kept["on_call"], kept["urgent_ladder"], kept["languages"]) == (["ann"], [step], ["en", "es"])
    assert kept["changes"] == []


def test_phrases_are_tried_before_they_are_saved(clinic: Service) -> None:
    client = clinic.client(Scope.ADMIN)
    group = {"group": "emergency", "phrases": {"en": ["bill*"]}, "advice": {"en": "Call now."}, "phone": "911"}
    for _ in range(9):
        clinic.write(body="My bill is wrong.", subject="A question")

    few = client.post("/v1/messaging/red_flags/trial", json={"red_flags": [group], "languages": ["en"]})
    clinic.write(body="My bill is wrong.", subject="A question")
    ten = client.post("/v1/messaging/red_flags/trial", json={"red_flags": [group]})

    assert few.json() == {"days": 30, "messages": None, "fewer_than": 10, "left": 19, "is_all": True}
    assert ten.json() == {"days": 30, "messages": 10, "fewer_than": None, "left": 18, "is_all": True}
    assert client.get("/v1/messaging").json()["red_flags"][0]["phrases"] == {"en": ["chest pain"]}
    for _ in range(18):
        assert client.post("/v1/messaging/red_flags/trial", json={"red_flags": []}).status_code == 200
    refused = client.post("/v1/messaging/red_flags/trial", json={"red_flags": []})
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:careroute:problem:too-many-trials")
    assert 0 < int(refused.headers["retry-after"]) <= 86_400
    assert clinic.client(Scope.INBOX).post("/v1/messaging/red_flags/trial", json={}).status_code == 403
