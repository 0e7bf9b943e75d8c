"""Searching an inbox over HTTP."""

import pytest

from tests.integration.api.conftest import CANARY, OTHER, Service, fields

PATH = "/v1/staff/ada/inbox/search"


def test_what_was_written_to_somebody_is_found_by_them_alone(service: Service) -> None:
    service.write(subject="Refill", body="Of the Øxycodone, please.")
    service.write(subject="A bill")
    service.write(practice=OTHER, subject="Refill")
    service.deliver()
    client = service.client()

    found = client.post(PATH, json={"text": "oxycodone REFILL"}).json()

    assert [item["subject"] for item in found["items"]] == ["Refill"]
    assert (found["patients"], found["looked_until"], found["is_indexing"], found["next"]) == ([], None, False, None)
    everything = client.post(PATH, json={"patient": "doe", "from": "2020-01-01T00:00:00Z"}).json()
    assert (len(everything["items"]), [patient["id"] for patient in everything["patients"]]) == (2, ["sam"])
    assert client.post("/v1/staff/ben/inbox/search", json={"text": "refill"}).json()["items"] == []
    assert client.post("/v1/staff/nobody/inbox/search", json={"text": "refill"}).status_code == 404


def test_pages_follow_one_another(service: Service) -> None:
    for _ in range(3):
        service.write()
    service.deliver()
    client, body = service.client(), {"topic": "billing"}

    first = client.post(f"{PATH}?limit=2", json=body).json()
    second = client.post(f"{PATH}?limit=2&cursor={first['next']}", json=body).json()

    assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "patient"),
        ({"text": CANARY * 100}, "text"),
        ({"text": f"{CANARY}\x00"}, "text"),
        ({"born": CANARY}, "born"),
        ({"topic": CANARY}, "topic"),
        ({"from": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"}, "until"),
        ({"since": "2026-03-02T00:00:00Z"}, "since"),
    ],
)
def test_what_can_not_be_looked_for_is_named_and_not_repeated(service: Service, body: object, field: str) -> None:
    answer = service.client().post(PATH, json=body)

    assert (answer.status_code, list(fields(answer))) == (422, [field])
    assert CANARY not in answer.text
