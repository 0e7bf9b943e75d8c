"""Traces, what is parked, health and metrics over HTTP."""

import json

import pytest

from router.actors import Scope
from router.errors import UnavailableError
from tests.builders import a_staff
from tests.integration.api.conftest import CANARY, OTHER, Service


def parked(service: Service, practice: str = "clinic") -> str:
    """A message that nobody can get."""
    message: str = service.write(practice).json()["id"]
    service.house.bring(
        [a_staff(one, admin=one == "ada", active=False) for one in ("ada", "ann", "ben")], practice=practice
    )
    service.deliver()
    return message


def test_a_trace_explains_a_message(service: Service) -> None:
    """Every step with its outcome and words, who got it and why, and the email with the server's answer."""
    message, delivery = service.delivered()

    trace = service.client(Scope.ADMIN).get(f"/v1/messages/{message}/trace").json()

    assert (trace["id"], trace["status"], trace["parked_reason"]) == (message, "delivered", None)
    (resolution,) = trace["resolutions"]
    assert (resolution["number"], resolution["settings_version"]) == (1, 1)
    matched = resolution["steps"][-1]
    assert (matched["step"], matched["outcome"], matched["text"]) == (
        "catch_all",
        "matched",
        "The catch-all: Ada gets it.",
    )
    assert matched["considered"] == [
        {"staff": "ada", "name": "Ada", "standing": "available", "taken_by": "ada", "covers": []}
    ]
    assert resolution["recipients"] == [{"staff": "ada", "name": "Ada", "step": "catch_all", "represents": None}]
    (got,) = trace["deliveries"]
    assert (got["id"], got["staff"], got["state"]) == (delivery, "ada", "unread")
    assert got["reason"] == "You are on the catch-all, which gets messages that nobody else would get."
    (attempt,) = got["notification"]["attempts"]
    assert (got["notification"]["state"], attempt["outcome"], attempt["code"], attempt["answer"]) == (
        "sent",
        "sent",
        250,
        "OK",
    )


def test_a_trace_holds_no_text_of_the_message(service: Service) -> None:
    """Neither subject nor body nor a patient's name is in it."""
    message = service.write(subject=CANARY, body=CANARY).json()["id"]
    service.deliver()

    text = service.client().get(f"/v1/messages/{message}/trace").text

    assert CANARY not in text
    assert "Pat Doe" not in text


def test_a_foreign_trace_is_not_there(service: Service) -> None:
    """Another practice's message and one that never was answer alike to the byte."""
    foreign, _ = service.delivered(practice=OTHER)

    answers = [service.client().get(f"/v1/messages/{one}/trace") for one in (foreign, "x")]

    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}


def test_what_waits_is_told(service: Service) -> None:
    """The backlog is that of the key's practice."""
    service.write(practice=OTHER)
    before = service.client().get("/v1/ops/backlog").json()
    service.write()

    after = service.client(Scope.OPS).get("/v1/ops/backlog").json()

    assert {queue["queue"]: queue["waiting"] for queue in before["queues"]} == {"route": 0, "notify": 0, "escalate": 0}
    route = next(queue for queue in after["queues"] if queue["queue"] == "route")
    assert (route["waiting"], route["oldest"][-1]) == (1, "Z")
    assert route["age_seconds"] >= 0


def test_what_is_parked_is_listed_and_requeued(service: Service) -> None:
    """It is in sight with its reason, and goes on its way again once."""
    message = parked(service)
    client = service.client(Scope.OPS)
    (item,) = client.get("/v1/ops/parked").json()["items"]
    assert (item["id"], item["kind"], item["reason"]) == (message, "message", "no_active_staff")

    requeued = [client.post(f"/v1/ops/parked/{message}/requeue").status_code for _ in range(2)]

    assert requeued == [200, 404]
    assert client.get("/v1/ops/parked").json() == {"items": [], "next": None}


def test_what_is_parked_elsewhere_is_not_there(service: Service) -> None:
    """A key neither lists nor requeues what another practice has parked."""
    foreign = parked(service, OTHER)
    client = service.client()

    answers = [client.post(f"/v1/ops/parked/{one}/requeue") for one in (foreign, "x")]

    assert client.get("/v1/ops/parked").json()["items"] == []
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}


def test_what_moves_by_itself_is_not_requeued(service: Service) -> None:
    """A delivery of somebody who has left is listed with what may become of it; the refusal is a declared one."""
    service.delivered()
    service.house.bring([a_staff(one, admin=one == "ada", active=False) for one in ("ada", "ann", "ben")])
    client = service.client(Scope.OPS)
    (item,) = client.get("/v1/ops/parked").json()["items"]

    refused = client.post(f"/v1/ops/parked/{item['id']}/requeue")

    assert (item["kind"], refused.status_code) == ("delivery", 409)
    described = service.app.openapi()["paths"]["/v1/ops/parked/{item}/requeue"]["post"]
    assert "409" in described["responses"]


def test_health_needs_no_key(service: Service) -> None:
    """Live and ready are told to anybody, also to HEAD."""
    client = service.client_with("")

    assert [client.get(path).json() for path in ("/healthz", "/readyz")] == [{"status": "ok"}] * 2
    assert (client.head("/healthz").status_code, client.head("/healthz").content) == (200, b"")


def test_readiness_says_what_is_missing(service: Service) -> None:
    """Besides a database that is away: a schema that is behind."""
    client = service.client_with("")
    client.app.state.missing = lambda: "the database is at revision 0001, not 0006: careroute migrate"  # type: ignore[attr-defined] # its type says only ASGI.

    ready, live = client.get("/readyz"), client.get("/healthz")

    assert (ready.status_code, live.status_code) == (503, 200)
    assert "revision 0001" in ready.json()["detail"]


def test_numbers_are_told(service: Service) -> None:
    """Refused messages, durations by route, and what waits in the database."""
    service.write()
    service.write(patient=CANARY)
    service.write(patient="pat")

    text = service.client_with("").get("/metrics").text

    for line in (
        'careroute_messages_refused_total{reason="not-found"} 1.0',
        'careroute_messages_refused_total{reason="choice_due"} 1.0',
        'careroute_request_seconds_count{method="POST",route="/v1/messages",status="202"} 1.0',
        "careroute_database_up 1.0",
        'careroute_backlog_waiting{queue="route"} 1.0',
    ):
        assert line in text.splitlines()
    assert CANARY not in text


def test_numbers_are_told_while_the_database_is_down(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scrape goes on and says so; readiness fails; liveness doesn't."""

    def down(*_arguments: object) -> None:
        raise UnavailableError("down")

    for name in ("status", "ready"):
        monkeypatch.setattr(type(service.house.operations), name, down)
    client = service.client_with("")

    metrics, ready, live = (client.get(path) for path in ("/metrics", "/readyz", "/healthz"))

    assert "careroute_database_up 0.0" in metrics.text.splitlines()
    assert [metrics.status_code, ready.status_code, live.status_code] == [200, 503, 200]
    assert ready.json()["type"] == "urn:careroute:problem:unavailable"


def test_a_defect_tells_nothing(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected error is a problem without its text, with the headers of every answer."""

    def broken(*_arguments: object) -> None:
        raise ValueError(CANARY)

    monkeypatch.setattr(type(service.house.operations), "status", broken)

    response = service.client().get("/v1/ops/backlog")

    assert response.status_code == 500
    assert response.json()["type"] == "urn:careroute:problem:internal"
    assert CANARY not in json.dumps([response.text, dict(response.headers)])
    assert response.headers["cache-control"] == "no-store"
