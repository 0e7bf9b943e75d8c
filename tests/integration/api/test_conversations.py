"""Conversations over HTTP, as a patient, a carer and a frontend read them."""

import re
from typing import Any
from uuid import uuid4

from router.actors import Scope
from router.practice.topics import Topic
from tests.builders import settings, topic_set
from tests.integration.api.conftest import CANARY, OTHER, Service, fields


def answered(service: Service, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - a test names the fields.
    """A message about a bill that Ada has answered; the receipt of the message."""
    service.house.save(settings({Topic.BILLING: ["ada"]}))
    receipt: dict[str, Any] = service.write(**changes).json()
    service.deliver()
    client = service.client()
    (item,) = client.get("/v1/staff/ada/inbox?state=unread").json()["items"]
    body = {"staff": "ada", "body": "An answer."}
    assert client.post(f"/v1/deliveries/{item['id']}/reply", json=body).status_code == 201
    return receipt


def test_a_thread_has_its_entries_oldest_first_under_the_frozen_name(service: Service) -> None:
    """The patient's side reads the display name, also after it was renamed."""
    receipt = answered(service)
    renamed = settings({Topic.BILLING: ["ben"]})
    service.house.save(renamed)

    thread = service.client(Scope.PORTAL).get(f"/v1/conversations/{receipt['conversation']}").json()

    assert (thread["to"], thread["topic"], thread["subject"]) == ("Billing Office", "billing", "A bill")
    assert [(one["from"], one["kind"], one["body"]) for one in thread["entries"]] == [
        ("Pat Doe", "patient", "A question."),
        ("Billing Office", "staff", "An answer."),
    ]
    assert (thread["unread"], thread["can_reply"], thread["reason"]) == (1, True, None)
    assert "ada" not in re.findall(r"\w+", str(thread).lower())


def test_read_marks_are_kept_for_each_actor(service: Service) -> None:
    """What the patient has read is still unread for their carer; no GET marks anything."""
    receipt = answered(service, patient="pat")
    client, path = service.client(Scope.PORTAL), f"/v1/conversations/{receipt['conversation']}"

    before = client.get(path).json()["unread"], client.get(path).json()["unread"]
    marked = client.post(f"{path}/read").json()

    assert before == (1, 1)
    assert marked == {"id": receipt["conversation"], "unread": 0}
    assert client.get(path).json()["unread"] == 0
    # The carer has neither read the answer nor what the patient wrote.
    assert client.get(path, params={"actor": "al"}).json()["unread"] == 2
    client.post(f"{path}/read", json={"actor": "al"})
    assert client.get(path, params={"actor": "al"}).json()["unread"] == 0


def test_an_entry_that_nobody_was_shown_stays_unread(service: Service) -> None:
    """A mark with `last_seen` goes no further than that entry, and a later one is not taken back."""
    receipt = answered(service)
    client, path = service.client(Scope.PORTAL), f"/v1/conversations/{receipt['conversation']}"
    shown = client.get(path).json()["entries"]
    (item,) = service.client().get("/v1/staff/ada/inbox?state=done").json()["items"]
    service.client().post(f"/v1/deliveries/{item['id']}/reply", json={"staff": "ada", "body": "Another one."})

    marked = client.post(f"{path}/read", json={"last_seen": shown[1]["id"]}).json()
    unknown = client.post(f"{path}/read", json={"last_seen": receipt["conversation"]})
    assert client.get(path).json()["unread"] == 1
    client.post(f"{path}/read")
    again = client.post(f"{path}/read", json={"last_seen": shown[0]["id"]}).json()

    assert marked == {"id": receipt["conversation"], "unread": 1}
    assert (unknown.status_code, fields(unknown)) == (422, {"last_seen": "is not an entry of this conversation"})
    assert again["unread"] == 0
    assert client.get(path).json()["unread"] == 0


def test_a_reply_goes_on_in_the_conversation_although_the_topic_was_switched_off(service: Service) -> None:
    """Topic, site and To: come from the conversation."""
    receipt = answered(service)
    service.house.save(settings(practice=topic_set({Topic.BILLING: ["ada"]}, off=[Topic.BILLING])))
    reply = {"patient": "sam", "conversation": receipt["conversation"], "body": "One more thing."}

    sent = service.client().post("/v1/messages", json=reply, headers={"Idempotency-Key": "reply"})

    assert sent.status_code == 202
    assert sent.json()["to"] == "Billing Office"
    service.deliver()
    (item,) = service.client().get("/v1/staff/ada/inbox?state=unread").json()["items"]
    assert (item["body"], item["reason"]) == ("One more thing.", "You own this conversation.")


def test_the_history_of_a_topic_has_all_its_conversations(service: Service) -> None:
    """Across conversations, oldest first; switching messaging off hides nothing."""
    first, second = answered(service), service.write(subject="Another bill").json()
    service.house.save(settings(messaging_enabled=False))
    client = service.client(Scope.PORTAL)

    history = client.get("/v1/patients/sam/history?topic=billing").json()
    other = client.get("/v1/patients/sam/history?topic=medical").json()
    listed = client.get("/v1/patients/sam/conversations").json()

    ids = [one["id"] for one in history["conversations"]]
    assert ids == [first["conversation"], second["conversation"]]
    assert other["conversations"] == []
    assert [one["id"] for one in listed["items"]] == ids[::-1]
    assert {(one["can_reply"], one["reason"]) for one in listed["items"]} == {(False, "messaging_off")}
    refused = client.post(
        "/v1/messages",
        json={"patient": "sam", "conversation": ids[0], "body": "Hello?"},
        headers={"Idempotency-Key": "refused"},
    )
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:careroute:problem:reply-refused"
    assert fields(refused) == {"conversation": "messaging_off"}


def test_a_history_begins_with_the_newest_and_leads_to_what_is_older(service: Service) -> None:
    """A client that knows of no pages gets as many conversations as a page may have."""
    ids = [service.write(subject=f"Bill {number}").json()["conversation"] for number in range(5)]
    client = service.client(Scope.PORTAL)
    asked = "/v1/patients/sam/history?topic=billing"

    whole = client.get(asked).json()
    pages = [client.get(f"{asked}&limit=2").json()]
    while pages[-1]["next"]:
        pages.append(client.get(asked, params={"topic": "billing", "limit": 2, "cursor": pages[-1]["next"]}).json())
    elsewhere = client.get("/v1/patients/sam/history", params={"topic": "medical", "cursor": pages[0]["next"]})

    assert ([one["id"] for one in whole["conversations"]], whole["next"]) == (ids, None)
    assert [[one["id"] for one in page["conversations"]] for page in pages] == [ids[3:], ids[1:3], ids[:1]]
    assert (elsewhere.status_code, fields(elsewhere)) == (422, {"cursor": "is not a cursor of this list"})


def test_lists_come_in_pages_and_by_topic(service: Service) -> None:
    """Following `next` finds each conversation once."""
    ids = [service.write(subject=f"Bill {number}").json()["conversation"] for number in range(5)]
    client = service.client(Scope.PORTAL)

    pages = [client.get("/v1/patients/sam/conversations?limit=2&topic=billing").json()]
    while pages[-1]["next"]:
        following = {"limit": 2, "topic": "billing", "cursor": pages[-1]["next"]}
        pages.append(client.get("/v1/patients/sam/conversations", params=following).json())

    assert [one["id"] for page in pages for one in page["items"]] == ids[::-1]
    assert client.get("/v1/patients/sam/conversations?topic=medical").json()["items"] == []


def test_whoever_may_not_read_finds_nothing(service: Service) -> None:
    """Private, foreign, unknown and somebody else's: all answer like a missing one."""
    service.house.save(settings({Topic.BILLING: ["ada"]}))
    private = service.write(patient="pat", private=True).json()["conversation"]
    client, other = service.client(Scope.PORTAL), service.client(Scope.PORTAL, practice=OTHER)

    answers = [
        client.get(f"/v1/conversations/{private}?actor=al"),
        client.post(f"/v1/conversations/{private}/read", json={"actor": "al"}),
        client.get(f"/v1/conversations/{private}?actor={CANARY}"),
        other.get(f"/v1/conversations/{private}"),
        client.get(f"/v1/conversations/{uuid4()}"),
        client.get(f"/v1/conversations/{CANARY}"),
        client.get("/v1/patients/sam/conversations?actor=al"),
        client.get(f"/v1/patients/{CANARY}/history?topic=billing"),
    ]

    assert {one.status_code for one in answers} == {404}
    assert not any(CANARY in one.text for one in answers)
    assert client.get("/v1/patients/pat/conversations?actor=al").json()["items"] == []
    assert len(client.get("/v1/patients/pat/conversations").json()["items"]) == 1


def test_replies_are_checked_like_messages(service: Service) -> None:
    """The field is named, nothing is stored or echoed."""
    receipt = answered(service)
    wrong = [
        ({"body": "  "}, "body"),
        ({"body": f"{CANARY}\x00"}, "body"),
        ({"body": CANARY * 3000}, "body"),
        ({"conversation": CANARY}, "conversation"),
        ({"conversation": str(uuid4())}, "conversation"),
        ({"patient": "pat"}, "conversation"),
        ({"sender": CANARY}, "sender"),
    ]
    good = {"patient": "sam", "conversation": receipt["conversation"], "body": "Hello."}

    answers = [
        (service.client().post("/v1/messages", json=good | change, headers={"Idempotency-Key": "wrong"}), field)
        for change, field in wrong
    ]

    assert [list(fields(answer)) for answer, _ in answers] == [[field] for _, field in answers]
    assert {answer.status_code for answer, _ in answers} <= {404, 422}
    assert not any(CANARY in answer.text for answer, _ in answers)
    thread = service.client().get(f"/v1/conversations/{receipt['conversation']}").json()
    assert len(thread["entries"]) == 2
