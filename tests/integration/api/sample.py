"""The sample practice of `careroute demo`, with messages in every state, on the application in this process."""

import json
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

from adapters.documents.fields import moment_text
from adapters.documents.roster_imports import parse_apply_json
from adapters.http.api.examples import ALL_PARTS
from adapters.http.app import create_app
from config.demo import sample
from router.actors import COMMAND
from tests.house import PRACTICE, House
from tests.integration.api.conftest import Service, serve

PATIENT, STAFF = "p-1007", "nisha-patel"


def sample_service(house: House) -> Service:
    """The sample practice with its first messages delivered, one answered, one parked and a saved change."""
    practice = sample.load("practice")
    house.roster.create_practice(PRACTICE, practice["name"], practice["time_zone"], COMMAND)
    service = serve(house)
    client = service.client()
    assert client.put("/v1/roster", json=sample.load("roster")).status_code == 200
    settings = sample.load("messaging")
    assert client.put("/v1/messaging", json=settings, headers={"If-Match": "*"}).status_code == 200
    items = sample.load("messages")[:20]
    answers = client.post("/v1/messages/batch", json={"items": items}).json()["items"]
    assert {answer["status"] for answer in answers} == {202}
    service.deliver()
    reply = {"staff": STAFF, "body": "Please call us."}
    assert client.post(f"/v1/deliveries/{made_ids(service)['delivery']}/reply", json=reply).status_code == 201
    return service


def made_ids(service: Service) -> dict[str, Any]:
    """Ids that Careroute made, by the name of the parameter that takes them."""
    newest = service.client().get(f"/v1/staff/{STAFF}/inbox?limit=1").json()["items"][0]
    conversation = service.client().get(f"/v1/patients/{PATIENT}/conversations").json()["items"][0]["id"]
    soon = moment_text(service.house.operations.ready() + timedelta(minutes=1))
    begun = service.client().post("/v1/roster/imports", json={}).json()["id"]
    made = {"delivery": newest["id"], "message": newest["message"], "conversation": conversation}
    return made | {"roster_import": begun, "soon": soon}


def prepare(service: Service, method: str, path: str, made: dict[str, Any]) -> None:
    """Do what a call needs that is about something somebody has done before."""
    client, address = service.client(), f"/v1/deliveries/{made['delivery']}"
    if path == "/v1/roster/imports/{roster_import}/apply":
        ((_, example),) = ALL_PARTS.values()
        for number in range(1, parse_apply_json(as_json(example)) + 1):
            sent = client.put(f"/v1/roster/imports/{made['roster_import']}/parts/{number}", json={"patients": []})
            assert sent.status_code == 200
    if (method, path) == ("get", "/v1/deliveries/{delivery}/draft"):
        draft = {"staff": STAFF, "body": "It is"}
        assert client.put(f"{address}/draft", json=draft).status_code == 200
    if path == "/v1/deliveries/{delivery}/undo":
        for act in ("release", "claim"):
            assert client.post(f"{address}/{act}", json={"staff": STAFF}).status_code == 200


def calls(described: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """The method, path and operation of every call of an OpenAPI document."""
    return [
        (method, path, operation) for path, found in described["paths"].items() for method, operation in found.items()
    ]


def as_json(value: object) -> bytes:
    """A body."""
    return json.dumps(value).encode()


def document() -> dict[str, Any]:
    """The OpenAPI document, which needs no flow."""
    return create_app(Mock(), version="test").openapi()
