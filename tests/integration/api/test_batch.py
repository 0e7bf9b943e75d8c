"""Batches: one answer for each message, in order."""

from typing import Any

from tests.integration.api.conftest import CANARY, MESSAGE, Service, fields


def an_item(key: str, **changes: object) -> dict[str, Any]:
    return {**MESSAGE, "idempotency_key": key, **changes}


def test_each_item_has_its_answer(service: Service) -> None:
    """What is wrong with one message does not touch the others, and each problem is one of its own."""
    items = [an_item("a"), an_item("b", topic=CANARY), an_item("c", patient="pat"), an_item("d", patient=CANARY), 7]

    response = service.client().post("/v1/messages/batch", json={"items": items})

    assert response.status_code == 200
    answers = response.json()["items"]
    assert [answer["status"] for answer in answers] == [202, 422, 409, 404, 422]
    assert answers[0]["message"]["to"] == "Billing Office"
    assert [error["field"] for error in answers[1]["problem"]["errors"]] == ["topic"]
    assert answers[2]["problem"]["form"]["enabled"] is True
    assert [(answer.get("index"), answer.get("idempotency_key")) for answer in answers] == [
        (None, None),
        (1, "b"),
        (2, "c"),
        (3, "d"),
        (4, None),
    ]
    assert CANARY not in response.text


def test_repeating_a_batch_stores_nothing(service: Service) -> None:
    """The same batch answers the same; within one batch too, a key is one message."""
    batch = {"items": [an_item("a"), an_item("a"), an_item("a", body="other")]}

    first, again = (service.client().post("/v1/messages/batch", json=batch) for _ in range(2))

    assert first.json() == again.json()
    answers = first.json()["items"]
    assert answers[0] == answers[1]
    assert answers[2]["problem"]["type"] == "urn:careroute:problem:idempotency-key-reused"
    assert service.house.reconcile.run(print).counted["messages"] == 1


def test_an_item_needs_a_key(service: Service) -> None:
    """An item without a usable key is refused before anything is looked up."""
    items = [dict(MESSAGE), an_item(""), an_item("k\x00"), an_item("k" * 201)]

    answers = service.client().post("/v1/messages/batch", json={"items": items}).json()["items"]

    assert [answer["problem"]["errors"][0]["field"] for answer in answers] == ["idempotency_key"] * 4


def test_five_hundred_fit(service: Service) -> None:
    """Five hundred are taken in one go; one more is too many."""
    items = [an_item(f"k-{number}") for number in range(501)]

    fits = service.client().post("/v1/messages/batch", json={"items": items[:500]})
    too_many = service.client().post("/v1/messages/batch", json={"items": items})

    assert {item["status"] for item in fits.json()["items"]} == {202}
    assert too_many.status_code == 422
    assert set(fields(too_many)) == {"items"}


def test_an_empty_batch_is_answered(service: Service) -> None:
    """Nothing in, nothing out."""
    assert service.client().post("/v1/messages/batch", json={"items": []}).json() == {"items": []}
