"""One answer of every call, on a small house whose ids and times are replaced by stable names."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
from starlette.testclient import TestClient

from tests.builders import a_staff
from tests.integration.api.conftest import Service

UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
# The times that a call itself names lie in 2031, and stay as they are.
NOW = re.compile(r"20[0-2][0-9]-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]{6})?Z")
CURSOR = re.compile(r'"next":"[A-Za-z0-9_-]+"')
AGE = re.compile(r'"age_seconds":[0-9.]+')
SECRET = re.compile(r"secret-[0-9]+")
TOLD = ("content-type", "location", "etag", "allow", "retry-after", "www-authenticate")
AWAY = {"from": "2031-01-04T08:00:00+01:00", "until": "2031-01-09T08:00:00.5Z", "cover": "ada"}


@dataclass
class Recorder:
    """Makes calls and writes down what is answered."""

    client: TestClient
    blocks: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Any:  # noqa: ANN401 - JSON is what it is.
        """Make one call, write its answer down, and return what it says."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        content = None if body is None else json.dumps(body).encode()
        response = self.client.request(method, path, content=content, headers=sent)
        self.blocks.append(f"{method} {self._stable(path)}\n{self._answer(response)}")
        return response.json() if response.content else None

    def _answer(self, response: httpx2.Response) -> str:
        told = [f"{name}: {response.headers[name]}" for name in TOLD if name in response.headers]
        return self._stable("\n".join((str(response.status_code), *told, response.text)))

    def _stable(self, text: str) -> str:
        text = UUID.sub(lambda found: self.names.setdefault(found[0], f"ID-{len(self.names) + 1}"), text)
        text = CURSOR.sub('"next":"CURSOR"', NOW.sub("TIME", text))
        return SECRET.sub("SECRET", AGE.sub('"age_seconds":AGE', text))


def record(service: Service) -> str:
    """The answers of every call, a block each."""
    recorder = Recorder(service.client())
    first, second = _write(recorder)
    service.deliver()
    _patients_side(recorder, first)
    _inbox(recorder, service)
    _administrator(recorder, first)
    _roster(recorder)
    _operations(recorder, service)
    _refused(recorder, second)
    return "\n\n".join(recorder.blocks) + "\n"


def _write(recorder: Recorder) -> tuple[str, str]:
    """Two messages, of a patient and of an authorized user."""
    bill = {"patient": "sam", "topic": "billing", "subject": "Ümläut \u2028", "body": 'A "question"\n\t/\\ 😀'}
    child = {"patient": "pat", "sender": "al", "topic": "medical", "to": "ann", "subject": "Rash", "body": "Look."}
    first = recorder.call("POST", "/v1/messages", bill, Idempotency_Key="bill")
    second = recorder.call("POST", "/v1/messages", child, Idempotency_Key="rash")
    items = [{**bill, "idempotency_key": "again"}, {**child, "to": "ben", "idempotency_key": "wrong"}, {"topic": 1}]
    recorder.call("POST", "/v1/messages/batch", {"items": items})
    return first["id"], second["id"]


def _patients_side(recorder: Recorder, message: str) -> None:
    recorder.call("GET", "/v1/patients/pat/compose")
    recorder.call("GET", "/v1/patients/pat/compose?site=north&actor=al")
    receipt = recorder.call("GET", f"/v1/messages/{message}")
    recorder.call("GET", "/v1/messages?idempotency_key=bill")
    recorder.call("GET", "/v1/patients/sam/conversations?limit=1")
    recorder.call("GET", "/v1/patients/sam/history?topic=billing")
    recorder.call("GET", f"/v1/conversations/{receipt['conversation']}")
    recorder.call("POST", f"/v1/conversations/{receipt['conversation']}/read", {"actor": None})
    recorder.call("GET", "/v1/events?limit=2")
    recorder.call("GET", "/v1/events?after=1000")
    recorder.call("POST", "/v1/patients/pat/portal-link", {"actor": "al"})
    recorder.call("PUT", "/v1/patients/pat/email-choice", {"actor": "al", "wanted": True})
    recorder.call("GET", "/v1/patients/pat/email-choice?actor=al")


def _inbox(recorder: Recorder, service: Service) -> None:
    """Everything that staff do with a delivery, the oldest one of ann's."""
    page = recorder.call("GET", "/v1/staff/ann/inbox?state=unread")
    delivery = page["items"][-1]["id"]
    for state in ("read", "unread", "claim", "release"):
        recorder.call("POST", f"/v1/deliveries/{delivery}/{state}", {"staff": "ann"})
    recorder.call("GET", f"/v1/deliveries/{delivery}?staff=ann")
    forward = {"staff": "ann", "to": "ben", "note": "Please.", "whole_conversation": True}
    recorder.call("POST", f"/v1/deliveries/{delivery}/forward", forward, Idempotency_Key="forward")
    service.deliver()
    taken = recorder.call("GET", "/v1/staff/ben/inbox?limit=1")["items"][0]["id"]
    answer = {"staff": "ben", "body": "Keep it dry."}
    recorder.call("POST", f"/v1/deliveries/{taken}/reply", answer, Idempotency_Key="reply")
    recorder.call("POST", f"/v1/deliveries/{taken}/reply", {**answer, "body": "And clean."})
    recorder.call("POST", f"/v1/deliveries/{taken}/done", {"staff": "ben"})
    recorder.call("GET", f"/v1/deliveries/{taken}/conversation?staff=ben")
    service.deliver()
    recorder.call("GET", f"/v1/messages/{page['items'][-1]['message']}/trace")


def _administrator(recorder: Recorder, message: str) -> None:
    recorder.call("GET", f"/v1/messages/{message}/trace")
    settings = recorder.call("GET", "/v1/messaging")
    settings["by_site"] = True
    settings["sites"] = {"south": settings["practice"]}
    settings["practice"]["topics"]["billing"]["recipients"] = ["ben"]
    recorder.call("PUT", "/v1/messaging", settings, If_Match='"1"')
    recorder.call("PUT", "/v1/messaging", settings, If_Match='"1"')
    recorder.call("PUT", "/v1/messaging", settings)
    recorder.call("GET", "/v1/messaging/versions?limit=1")
    recorder.call("GET", "/v1/messaging/versions/2")
    recorder.call("POST", "/v1/messaging/versions/1/restore")
    recorder.call("GET", "/v1/messaging/gaps")
    preview = {"patient": "pat", "topic": "medical", "to": "ann", "at": "2031-01-05T00:00:00Z"}
    recorder.call("POST", "/v1/messaging/preview", preview)
    recorder.call("POST", "/v1/messaging/preview", {**preview, "to": "ben", "messaging": settings})


def _roster(recorder: Recorder) -> None:
    new = {"sites": [{"id": "east", "name": "East"}], "staff": [{"id": "cy", "name": "Cy"}], "patients": []}
    recorder.call("PUT", "/v1/roster?dry_run=true", new)
    recorder.call("PUT", "/v1/staff/ann/absence", AWAY)
    recorder.call("DELETE", "/v1/staff/ann/absence")
    recorder.call("PATCH", "/v1/staff/ann", {"title": "Nurse", "roles": ["staff", "portal_admin"]})
    recorder.call("PATCH", "/v1/staff/ann", {"active": False})


def _operations(recorder: Recorder, service: Service) -> None:
    message = {"patient": "sam", "topic": "other", "subject": "Lost", "body": "?"}
    recorder.call("POST", "/v1/messages", message, Idempotency_Key="lost")
    recorder.call("GET", "/v1/ops/backlog")
    service.house.bring([a_staff(one, admin=one == "ada", active=False) for one in ("ada", "ann", "ben")])
    service.deliver()
    recorder.call("GET", "/v1/ops/backlog")
    parked = recorder.call("GET", "/v1/ops/parked?limit=1")["items"][0]["id"]
    recorder.call("POST", f"/v1/ops/parked/{parked}/requeue")
    recorder.call("GET", "/healthz")
    recorder.call("GET", "/readyz")


def _refused(recorder: Recorder, message: str) -> None:
    for method, path, body in _wrong(message):
        recorder.call(method, path, body, Idempotency_Key="wrong")


def _wrong(message: str) -> Iterator[tuple[str, str, object]]:
    yield "POST", "/v1/messages", {"patient": "pat", "topic": "medical", "subject": "S", "body": "B"}
    yield "POST", "/v1/messages", {"patient": "pat", "topic": "x", "subject": 1}
    yield "POST", "/v1/messages/batch", {"items": 1}
    yield "GET", "/v1/patients/nobody/compose", None
    yield "GET", f"/v1/deliveries/{message}?staff=ann", None
    yield "GET", "/v1/events?after=x&limit=0", None
    yield "GET", "/v1/staff/ann/inbox?cursor=x", None
    yield "PUT", "/v1/roster", {"patients": [{"id": "x", "name": "X", "home_site": "nowhere"}]}
    yield "GET", "/v1/messaging/versions/x", None
    yield "GET", "/v1/nowhere", None
