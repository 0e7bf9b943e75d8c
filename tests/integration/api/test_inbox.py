"""Inboxes over HTTP."""

from dataclasses import replace

import pytest

from router.actors import Scope
from tests.builders import a_patient, a_staff
from tests.integration.api.conftest import CANARY, OTHER, Service, fields

# Positions of lists and order of events are the databases' own.
pytestmark = pytest.mark.both_engines


def test_an_inbox_tells_what_came_and_why(service: Service) -> None:
    """Each delivery has the patient, the sender, the text, its state and the reason in a sentence."""
    message, delivery = service.delivered()

    page = service.client(Scope.INBOX).get("/v1/staff/ada/inbox").json()

    assert (page["unread"], page["next"]) == (1, None)
    (item,) = page["items"]
    assert (item["id"], item["message"], item["state"]) == (delivery, message, "unread")
    assert item["patient"] == {
        "id": "sam", "name": "Pat Doe", "birth_date": None, "record_number": None, "active": True, "replaced_by": None,
        "can_read": True,
    }  # fmt: skip
    assert item["sender"] == {"kind": "patient", "id": "sam", "name": "Pat Doe"}
    assert (item["topic"], item["site"], item["subject"], item["body"]) == ("billing", "north", "A bill", "A question.")
    assert (item["owner"], item["handled_by"]) == (None, None)
    assert item["reason"] == "You are on the catch-all, which gets messages that nobody else would get."
    assert item["received_at"].endswith("Z")


def test_an_authorized_user_is_told_as_the_sender(service: Service) -> None:
    """Who wrote for the patient is said."""
    service.write(patient="pat", sender="al", to="ann")
    service.deliver()

    (item,) = service.client().get("/v1/staff/ann/inbox").json()["items"]

    assert item["sender"] == {"kind": "authorized_user", "id": "al", "name": "Al Doe"}
    assert item["patient"]["id"] == "pat"


def test_a_chart_that_nobody_reads_any_more_is_told(service: Service) -> None:
    """So that whoever answers learns that the answer would reach nobody."""
    _, delivery = service.delivered()
    service.house.bring([], [replace(a_patient("sam"), active=False)])
    client = service.client()

    listed = client.get("/v1/staff/ada/inbox").json()["items"][0]["patient"]

    assert (listed["active"], listed["replaced_by"], listed["can_read"]) == (False, None, False)
    assert client.get(f"/v1/deliveries/{delivery}?staff=ada").json()["patient"] == listed


def test_nobody_is_answered_for_who_has_left(service: Service) -> None:
    """An inbox key speaks for all staff, but not for those who have left: their ids are answered as unknown ones."""
    _, delivery = service.delivered()
    service.house.bring([a_staff("ada", admin=True, active=False)])
    client, address = service.client(Scope.INBOX), f"/v1/deliveries/{delivery}"

    answers = [
        client.get("/v1/staff/ada/inbox?state=done"),
        client.post("/v1/staff/ada/inbox/search", json={"text": "bill"}),
        client.get(f"{address}?staff=ada"),
        client.get(f"{address}/conversation?staff=ada"),
        client.get(f"{address}/draft?staff=ada"),
        client.put(f"{address}/draft", json={"staff": "ada", "body": "x"}),
        client.post(f"{address}/reply", json={"staff": "ada", "body": "x"}),
        client.post(f"{address}/note", json={"staff": "ada", "text": "x"}),
        client.post(f"{address}/claim", json={"staff": "ada"}),
    ]

    assert [answer.status_code for answer in answers] == [404] * len(answers)


def test_reading_changes_nothing(service: Service) -> None:
    """No GET changes a state."""
    _, delivery = service.delivered()
    client = service.client()
    for _ in range(2):
        client.get("/v1/staff/ada/inbox")
        client.get(f"/v1/deliveries/{delivery}?staff=ada")

    assert client.get(f"/v1/deliveries/{delivery}?staff=ada").json()["state"] == "unread"


def test_pages_follow_one_another(service: Service) -> None:
    """Following `next` finds every delivery once, newest first."""
    for _ in range(5):
        service.write()
    service.deliver()
    client = service.client()

    pages = [client.get("/v1/staff/ada/inbox?limit=2").json()]
    while pages[-1]["next"]:
        pages.append(client.get("/v1/staff/ada/inbox", params={"limit": 2, "cursor": pages[-1]["next"]}).json())

    seen = [item for page in pages for item in page["items"]]
    assert [(len(page["items"]), page["unread"]) for page in pages] == [(2, 5), (2, 5), (1, 5)]
    assert len({item["id"] for item in seen}) == 5
    order = [(item["received_at"], item["id"]) for item in seen]
    assert order == sorted(order, reverse=True)


def test_marking_is_repeatable(service: Service) -> None:
    """Read, unread and done may be said twice; the views follow."""
    _, delivery = service.delivered()
    client = service.client()

    states = [
        client.post(f"/v1/deliveries/{delivery}/{mark}", json={"staff": "ada"}).json()["state"]
        for mark in ("read", "read", "unread", "unread", "done", "done")
    ]

    assert states == ["read", "read", "unread", "unread", "done", "done"]
    views = {
        state: len(client.get("/v1/staff/ada/inbox", params={"state": state}).json()["items"])
        for state in ("open", "unread", "done", "mine")
    }
    assert views == {"open": 0, "unread": 0, "done": 1, "mine": 0}


def test_a_delivery_is_its_recipients_alone(service: Service) -> None:
    """A colleague's, another practice's and no delivery at all answer alike to the byte, in every call."""
    _, delivery = service.delivered()
    _, foreign = service.delivered(practice=OTHER)
    client = service.client()

    reads = [
        client.get(f"/v1/deliveries/{item}", params={"staff": staff})
        for item, staff in ((delivery, "ben"), (foreign, "ada"), ("x", "ada"), (delivery, "\x00"), (delivery, ""))
    ]
    marks = [
        client.post(f"/v1/deliveries/{item}/done", json={"staff": staff})
        for item, staff in ((delivery, "ben"), (foreign, "ada"), ("x", "ada"))
    ]

    assert {(read.status_code, read.content) for read in reads + marks} == {(404, reads[0].content)}
    assert service.house.inbox("ada").unread == 1


def test_wrong_parameters_are_named(service: Service) -> None:
    """Cursor, limit, state and staff are named and not repeated."""
    client = service.client()
    _, delivery = service.delivered()
    wrong = [
        ("/v1/staff/ada/inbox", {"cursor": CANARY}, "cursor"),
        ("/v1/staff/ada/inbox", {"limit": "0"}, "limit"),
        ("/v1/staff/ada/inbox", {"limit": "201"}, "limit"),
        ("/v1/staff/ada/inbox", {"limit": CANARY}, "limit"),
        ("/v1/staff/ada/inbox", {"state": CANARY}, "state"),
        (f"/v1/deliveries/{delivery}", {}, "staff"),
    ]

    answers = [client.get(path, params=parameters) for path, parameters, _ in wrong]
    missing = client.post(f"/v1/deliveries/{delivery}/read", json={})

    assert [(answer.status_code, list(fields(answer))) for answer in answers] == [
        (422, [field]) for _, _, field in wrong
    ]
    assert (missing.status_code, list(fields(missing))) == (422, ["staff"])
    assert not [answer for answer in answers if CANARY in answer.text]


def test_what_was_done_is_taken_back_once(service: Service) -> None:
    _, delivery = service.delivered()
    client, path = service.client(), f"/v1/deliveries/{delivery}"
    client.post(f"{path}/done", json={"staff": "ada"})

    undone, again = (client.post(f"{path}/undo", json={"staff": "ada"}) for _ in range(2))

    assert undone.json() == {"id": delivery, "undone": "done"}
    assert (again.status_code, again.json()["detail"]) == (409, "There is nothing to undo.")
    assert client.get(path, params={"staff": "ada"}).json()["state"] == "unread"
    assert client.post(f"{path}/undo", json={"staff": "ben"}).status_code == 404


def test_an_undo_that_names_an_act_undoes_no_other(service: Service) -> None:
    _, delivery = service.delivered()
    client, path = service.client(), f"/v1/deliveries/{delivery}"
    client.post(f"{path}/claim", json={"staff": "ada"})

    other = client.post(f"{path}/undo", json={"staff": "ada", "act": "done"})
    wrong = client.post(f"{path}/undo", json={"staff": "ada", "act": "nonsense"})
    undone = client.post(f"{path}/undo", json={"staff": "ada", "act": "claim"})

    said = "You have done something else with this message since."
    assert (other.status_code, other.json()["detail"]) == (409, said)
    assert (wrong.status_code, list(fields(wrong))) == (422, ["act"])
    assert undone.json() == {"id": delivery, "undone": "claim"}


def test_what_changes_between_pages_is_on_one_of_them(service: Service) -> None:
    """Also with another limit on each page."""
    for _ in range(4):
        service.write()
        service.deliver()
    client, path = service.client(), "/v1/staff/ada/inbox"
    oldest = {"sort": "oldest"}
    ids = [item["id"] for item in client.get(path, params=oldest).json()["items"]]

    def change(delivery: str, what: str, **body: str) -> None:
        assert client.post(f"/v1/deliveries/{delivery}/{what}", json={"staff": "ada"} | body).status_code == 200

    change(ids[3], "priority", priority="urgent")
    first = client.get(path, params=oldest | {"limit": 1}).json()
    change(ids[3], "claim")
    change(ids[2], "priority", priority="urgent")
    second = client.get(path, params=oldest | {"limit": 2, "cursor": first["next"]}).json()
    third = client.get(path, params=oldest | {"limit": 9, "cursor": second["next"]}).json()

    found = [[item["id"] for item in page["items"]] for page in (first, second, third)]
    assert (found, third["next"]) == ([[ids[3]], ids[:2], [ids[2]]], None)


def test_a_list_is_sorted_and_filtered(service: Service) -> None:
    for topic in ("billing", "other", "billing"):
        service.write(topic=topic)
        service.deliver()
    client, path = service.client(), "/v1/staff/ada/inbox"

    def listed(**asked: str) -> list[str]:
        items: list[str] = []
        page = {"next": None}
        while not items or page["next"]:
            query = {**asked, "limit": "1"} | ({"cursor": page["next"]} if page["next"] else {})
            page = client.get(path, params=query).json()
            items += [item["id"] for item in page["items"]]
        return items

    newest = listed()
    assert listed(sort="newest") == newest
    assert listed(sort="oldest") == listed(sort="waiting") == newest[::-1]
    assert listed(topic="billing") == [newest[0], newest[2]]
    assert listed(site="north", sort="oldest", topic="other") == [newest[1]]
    assert client.get(path, params={"site": "nowhere"}).json()["items"] == []
    oldest = client.get(path, params={"sort": "oldest", "limit": "1"}).json()["next"]
    assert fields(client.get(path, params={"sort": "waiting", "cursor": oldest})) == {
        "cursor": "is not a cursor of this list"
    }
    for name in ("sort", "topic"):
        assert list(fields(client.get(path, params={name: CANARY}))) == [name]
