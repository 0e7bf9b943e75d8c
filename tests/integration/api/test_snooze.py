"""Putting deliveries off over HTTP."""

from datetime import timedelta

from adapters.documents.fields import moment_text
from tests.integration.api.conftest import OTHER, Service, fields


def test_a_delivery_is_put_off_listed_and_brought_back(service: Service) -> None:
    _, delivery = service.delivered()
    client, path = service.client(), f"/v1/deliveries/{delivery}/snooze"
    at = moment_text(service.house.operations.ready() + timedelta(hours=1))

    for _ in range(2):
        assert client.post(path, json={"staff": "ada", "at": at}).json() == {"id": delivery, "snoozed_until": at}

    assert client.get("/v1/staff/ada/inbox").json()["items"] == []
    later = client.get("/v1/staff/ada/inbox?state=later").json()["items"]
    assert [(item["id"], item["state"], item["snoozed_until"]) for item in later] == [(delivery, "read", at)]
    assert client.post(path, json={"staff": "ada", "at": None}).json() == {"id": delivery, "snoozed_until": None}
    assert client.get("/v1/staff/ada/inbox").json()["items"][0]["snoozed_until"] is None


def test_what_is_wrong_is_named(service: Service) -> None:
    _, delivery = service.delivered()
    _, foreign = service.delivered(practice=OTHER)
    client = service.client()
    for body, field in (
        ({"staff": "ada", "at": "2020-01-01T00:00:00Z"}, "at"),
        ({"staff": "ada", "at": "tomorrow"}, "at"),
        ({"staff": "ada"}, "at"),
        ({"at": None}, "staff"),
    ):
        answer = client.post(f"/v1/deliveries/{delivery}/snooze", json=body)
        assert (answer.status_code, list(fields(answer))) == (422, [field])
    for one, staff in ((delivery, "ben"), (foreign, "ada")):
        assert client.post(f"/v1/deliveries/{one}/snooze", json={"staff": staff, "at": None}).status_code == 404
    client.post(f"/v1/deliveries/{delivery}/done", json={"staff": "ada"})
    later = moment_text(service.house.operations.ready() + timedelta(hours=1))
    done = client.post(f"/v1/deliveries/{delivery}/snooze", json={"staff": "ada", "at": later})
    assert done.status_code == 409
