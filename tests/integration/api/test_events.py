"""Events over HTTP: in order, without gaps, each once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from router.actors import Scope
from tests.house import PRACTICE
from tests.integration.api.conftest import CANARY, OTHER, Service

# Positions of lists and order of events are the databases' own.
pytestmark = pytest.mark.both_engines


def follow(service: Service, after: int = 0, limit: int = 50) -> list[dict[str, Any]]:
    """Everything after an event, page by page."""
    client, events = service.client(Scope.PORTAL), []
    while True:
        page = client.get(f"/v1/events?after={after}&limit={limit}").json()
        events += page["items"]
        if not page["items"]:
            assert page["next"] == after
            return events
        after = page["next"]


def test_a_frontend_hears_what_happens_in_order(service: Service) -> None:
    """Delivered, opened, replied, answered, by ids; nothing that was written."""
    message, delivery = service.delivered()
    client = service.client()
    client.post(f"/v1/deliveries/{delivery}/read", json={"staff": "ada"})
    client.post(f"/v1/deliveries/{delivery}/reply", json={"staff": "ada", "body": CANARY})

    events = follow(service)

    assert [event["kind"] for event in events] == [
        "message.delivered",
        "message.opened",
        "conversation.replied",
        "message.answered",
    ]
    assert [event["id"] for event in events] == [1, 2, 3, 4]
    assert {event["patient"] for event in events} == {"sam"}
    assert events[0]["message"] == message
    assert CANARY not in str(events)


def test_asking_again_repeats_nothing_and_a_practice_hears_its_own(service: Service) -> None:
    """From the last id on there is only what came since."""
    service.delivered()
    service.delivered(practice=OTHER)
    seen = follow(service)

    assert follow(service, seen[-1]["id"]) == []
    service.delivered()
    assert [one["id"] for one in follow(service, seen[-1]["id"])] == [2]
    assert service.client(practice=OTHER).get("/v1/events").json()["next"] == 1


def test_of_a_rare_kind_each_page_goes_on_where_the_one_before_ended(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many events there are of other kinds; each poll looked at all of them again."""
    monkeypatch.setattr("adapters.database.repositories.events.LOOKED_AT", 2, raising=False)
    service.house.write_many(3)
    service.deliver()
    _, delivery = service.delivered()
    client, rare = service.client(Scope.PORTAL), "/v1/events?kinds=message.opened&kinds=conversation.topic_changed"

    assert client.get(f"{rare}&after=0").json() == {"items": [], "next": 2}
    assert client.get(f"{rare}&after=2").json() == {"items": [], "next": 4}
    assert client.get(f"{rare}&after=4").json() == {"items": [], "next": 4}
    assert client.get(f"{rare}&after=9").json() == {"items": [], "next": 9}
    service.client().post(f"/v1/deliveries/{delivery}/read", json={"staff": "ada"})
    page = client.get(f"{rare}&after=4").json()
    assert ([one["id"] for one in page["items"]], page["next"]) == ([5], 5)


def test_nothing_is_missed_or_repeated_while_many_write(service: Service) -> None:
    """Several routers, several readers: the numbers count up without gaps, and each message comes once."""
    receipts = service.house.write_many(30)

    def work(turn: int) -> None:
        service.house.route.run()
        after = 0
        while (page := service.house.conversations.events(PRACTICE, after, 3 + turn)).events:
            after = page.next

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(8)))
    service.deliver()

    events = follow(service, limit=7)
    assert [event["id"] for event in events] == list(range(1, len(receipts) + 1))
    assert {event["message"] for event in events} == {str(receipt.id) for receipt in receipts}


def test_what_was_finished_without_a_reply_is_told_to_who_asks_for_it(service: Service) -> None:
    """With how it was finished; a frontend of before gets the kinds that it knows."""
    message, delivery = service.delivered()
    service.client().post(
        f"/v1/deliveries/{delivery}/done", json={"staff": "ada", "outcome": "no_answer_needed"}
    ).raise_for_status()
    client = service.client(Scope.PORTAL)

    (event,) = client.get("/v1/events?kinds=message.finished").json()["items"]

    assert (event["kind"], event["message"], event["outcome"]) == ("message.finished", message, "no_answer_needed")
    assert event["answer_by"] is None
    assert client.get("/v1/events?kinds=conversation.topic_changed").json()["items"] == []
    assert [one["kind"] for one in follow(service)] == ["message.delivered", "message.opened"]


def test_what_can_not_be_followed_names_the_field(service: Service) -> None:
    """A negative or unreadable number."""
    for after in ("-1", CANARY):
        response = service.client().get(f"/v1/events?after={after}")

        assert response.status_code == 422
        assert CANARY not in response.text
