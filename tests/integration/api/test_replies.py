"""Claiming, answering and forwarding over HTTP."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.integration.api.conftest import CANARY, Service, fields


@pytest.fixture
def shared(service: Service) -> Service:
    """The clinic, whose bills go to Ann and Ben."""
    service.house.save(settings({Topic.BILLING: ["ann", "ben"]}))
    return service


def deliveries(service: Service) -> dict[str, str]:
    """A message about a bill in both inboxes: the delivery of each."""
    service.write()
    service.deliver()
    client = service.client()
    inboxes = {staff: client.get(f"/v1/staff/{staff}/inbox?state=unread").json()["items"] for staff in ("ann", "ben")}
    return {staff: items[0]["id"] for staff, items in inboxes.items()}


def act(service: Service, delivery: str, what: str, key: str | None = None, **body: object) -> httpx2.Response:
    """Do something with a delivery."""
    headers = {"Idempotency-Key": key} if key else {}
    return service.client().post(f"/v1/deliveries/{delivery}/{what}", json=body, headers=headers)


def inbox(service: Service, staff: str, state: str = "open") -> list[dict[str, Any]]:
    """What somebody has."""
    items: list[dict[str, Any]] = service.client().get(f"/v1/staff/{staff}/inbox?state={state}").json()["items"]
    return items


def test_who_claims_owns_and_siblings_see_it(shared: Service) -> None:
    """Claiming is repeatable, and leaves the others' unread lists."""
    mine = deliveries(shared)

    claims = [act(shared, mine["ann"], "claim", staff="ann").status_code for _ in range(2)]

    assert claims == [200, 200]
    assert inbox(shared, "ann", "mine")[0]["owner"] == {"id": "ann", "name": "Ann"}
    (sibling,) = inbox(shared, "ben")
    assert (sibling["state"], sibling["handled_by"]) == ("read", {"id": "ann", "name": "Ann"})


def test_what_another_owns_is_refused_with_who(shared: Service) -> None:
    """Claiming and releasing alike; released, it is free for others."""
    mine = deliveries(shared)
    act(shared, mine["ann"], "claim", staff="ann")

    refused = [act(shared, mine["ben"], what, staff="ben") for what in ("claim", "release")]

    assert [answer.status_code for answer in refused] == [409, 409]
    assert all("Ann (ann)" in answer.json()["detail"] for answer in refused)
    assert act(shared, mine["ann"], "release", staff="ann").status_code == 200
    assert act(shared, mine["ben"], "claim", staff="ben").status_code == 200


def test_a_reply_is_sent_once_for_its_key(shared: Service) -> None:
    """The same key and fields give the original entry; other fields are refused."""
    mine = deliveries(shared)
    body = {"staff": "ann", "body": "An answer."}

    first, again = (act(shared, mine["ann"], "reply", "key", **body) for _ in range(2))
    other = act(shared, mine["ann"], "reply", "key", staff="ann", body=CANARY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (first.json()["from"], first.json()["kind"]) == ("Billing Office", "staff")
    assert other.status_code == 422
    assert other.json()["type"] == "urn:careroute:problem:idempotency-key-reused"
    assert CANARY not in other.text
    thread = shared.client().get(f"/v1/deliveries/{mine['ann']}/conversation?staff=ann").json()
    assert [entry["author"] for entry in thread["entries"]] == [None, {"id": "ann", "name": "Ann"}]
    assert inbox(shared, "ann", "done")[0]["id"] == mine["ann"]


def test_who_answers_second_sees_the_first_answer_before_sending(shared: Service) -> None:
    """Nothing is sent until they have seen it."""
    mine = deliveries(shared)
    first = act(shared, mine["ann"], "reply", staff="ann", body="First.").json()

    second = act(shared, mine["ben"], "reply", staff="ben", body="Second.")
    seen = act(shared, mine["ben"], "reply", staff="ben", body="Second.", last_seen=first["id"])

    assert second.status_code == 409
    assert second.json()["type"] == "urn:careroute:problem:answered-meanwhile"
    assert second.json()["entry"] == first
    assert seen.status_code == 201


def test_a_forward_puts_it_into_a_colleagues_inbox_with_a_note_for_staff(shared: Service) -> None:
    """Once for its key; the note never reaches the patient's side."""
    mine = deliveries(shared)
    body = {"staff": "ann", "to": "ada", "note": CANARY, "whole_conversation": True}

    sent = [act(shared, mine["ann"], "forward", "key", **body).status_code for _ in range(2)]

    assert sent == [200, 200]
    (item,) = inbox(shared, "ada", "mine")
    assert item["reason"] == "Ann forwarded it to you."
    thread = shared.client().get(f"/v1/deliveries/{item['id']}/conversation?staff=ada").json()
    assert [(note["note"], note["kind"]) for note in thread["notes"]] == [(CANARY, "forward")]
    patients = shared.client().get(f"/v1/conversations/{thread['id']}")
    assert CANARY not in patients.text
    assert CANARY not in shared.client().get(f"/v1/messages/{item['message']}/trace").text


@pytest.mark.parametrize("cover", [None, "ben"])
def test_a_forward_to_somebody_who_is_away_says_until_when_and_who_covers(shared: Service, cover: str | None) -> None:
    shared.house.send_away("ada", cover)

    forwarded = act(shared, deliveries(shared)["ann"], "forward", "key", staff="ann", to="ada", note="").json()

    assert forwarded["away_until"] is not None
    assert forwarded["covered_by"] == (None if cover is None else {"id": "ben", "name": "Ben"})


@pytest.mark.parametrize("what", ["claim", "release", "reply", "forward"])
def test_nobody_acts_without_a_delivery_of_their_own(shared: Service, what) -> None:
    """A foreign delivery answers like a missing one."""
    mine = deliveries(shared)
    body = {"body": CANARY} if what == "reply" else {"to": "ben", "note": CANARY} if what == "forward" else {}

    answers = [
        act(shared, mine["ann"], what, staff="ben", **body),
        act(shared, mine["ann"], what, staff="ghost", **body),
        act(shared, str(uuid4()), what, staff="ann", **body),
        act(shared, "nothing", what, staff="ann", **body),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert not any(CANARY in answer.text for answer in answers)


@pytest.mark.parametrize(
    ("what", "body", "field"),
    [
        ("claim", {}, "staff"),
        ("reply", {"staff": "ann"}, "body"),
        ("reply", {"staff": "ann", "body": " \n "}, "body"),
        ("reply", {"staff": "ann", "body": f"{CANARY}\x1b"}, "body"),
        ("reply", {"staff": "ann", "body": CANARY * 3000}, "body"),
        ("reply", {"staff": "ann", "body": CANARY, "last_seen": CANARY}, "last_seen"),
        ("reply", {"staff": "ann", "body": CANARY, "last_seen": "00000000-0000-0000-0000-000000000000"}, "last_seen"),
        ("forward", {"staff": "ann", "to": "ann", "note": CANARY}, "to"),
        ("forward", {"staff": "ann", "to": "left", "note": CANARY}, "to"),
        ("forward", {"staff": "ann", "to": "ghost", "note": CANARY}, "to"),
        ("forward", {"staff": "ann", "to": "ben", "note": CANARY * 300}, "note"),
        ("forward", {"staff": "ann", "to": "ben", "whole_conversation": CANARY}, "whole_conversation"),
    ],
)
def test_what_can_not_be_done_names_the_field(shared: Service, what, body, field) -> None:
    """Nothing is half done, nothing is echoed."""
    shared.house.bring([a_staff("left", active=False)])
    mine = deliveries(shared)

    response = act(shared, mine["ann"], what, **body)

    assert response.status_code == 422
    assert list(fields(response)) == [field]
    assert CANARY not in response.text
    assert inbox(shared, "ann")[0]["state"] == "unread"
    assert inbox(shared, "ann")[0]["owner"] is None
