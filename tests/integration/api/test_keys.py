"""Keys open what their scopes say, in their own practice, from the first byte of a request."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from router.access.keys import Caller
from router.actors import COMMAND, Scope
from router.errors import NotFound
from router.flows.access.keys import Authenticate
from tests.house import PRACTICE
from tests.integration.api.conftest import MESSAGE, Service, fields

NOTHING = "00000000-0000-0000-0000-000000000000"
CALLS = [
    ("PUT", "/v1/roster", {Scope.ROSTER}),
    ("POST", "/v1/roster/imports", {Scope.ROSTER}),
    ("GET", f"/v1/roster/imports/{NOTHING}", {Scope.ROSTER}),
    ("PUT", f"/v1/roster/imports/{NOTHING}/parts/1", {Scope.ROSTER}),
    ("POST", f"/v1/roster/imports/{NOTHING}/apply", {Scope.ROSTER}),
    ("PATCH", "/v1/staff/ann", {Scope.ROSTER}),
    ("PUT", "/v1/staff/ann/absence", {Scope.ADMIN, Scope.INBOX}),
    ("DELETE", "/v1/staff/ann/absence", {Scope.ADMIN, Scope.INBOX}),
    ("GET", "/v1/messaging", {Scope.ADMIN}),
    ("PUT", "/v1/messaging", {Scope.ADMIN}),
    ("GET", "/v1/messaging/versions", {Scope.ADMIN}),
    ("GET", "/v1/messaging/versions/1", {Scope.ADMIN}),
    ("POST", "/v1/messaging/versions/1/restore", {Scope.ADMIN}),
    ("GET", "/v1/messaging/gaps", {Scope.ADMIN}),
    ("POST", "/v1/messaging/preview", {Scope.ADMIN}),
    ("GET", "/v1/patients/pat/compose", {Scope.PORTAL}),
    ("POST", "/v1/patients/pat/portal-link", {Scope.PORTAL}),
    ("GET", "/v1/patients/pat/email-choice", {Scope.PORTAL}),
    ("PUT", "/v1/patients/pat/email-choice", {Scope.PORTAL}),
    ("POST", "/v1/messages", {Scope.PORTAL}),
    ("POST", "/v1/messages/batch", {Scope.PORTAL}),
    ("GET", f"/v1/messages/{NOTHING}", {Scope.PORTAL}),
    ("GET", "/v1/messages?idempotency_key=x", {Scope.PORTAL}),
    ("GET", "/v1/patients/pat/conversations", {Scope.PORTAL}),
    ("GET", "/v1/patients/pat/history?topic=medical", {Scope.PORTAL}),
    ("GET", f"/v1/conversations/{NOTHING}", {Scope.PORTAL}),
    ("POST", f"/v1/conversations/{NOTHING}/read", {Scope.PORTAL}),
    ("GET", "/v1/events", {Scope.PORTAL}),
    ("GET", f"/v1/messages/{NOTHING}/trace", {Scope.ADMIN}),
    ("GET", "/v1/staff/ann/inbox", {Scope.INBOX}),
    ("GET", f"/v1/deliveries/{NOTHING}?staff=ann", {Scope.INBOX}),
    ("GET", f"/v1/deliveries/{NOTHING}/conversation?staff=ann", {Scope.INBOX}),
    ("POST", f"/v1/deliveries/{NOTHING}/read", {Scope.INBOX}),
    ("POST", f"/v1/deliveries/{NOTHING}/unread", {Scope.INBOX}),
    ("POST", f"/v1/deliveries/{NOTHING}/done", {Scope.INBOX}),
    ("POST", f"/v1/deliveries/{NOTHING}/claim", {Scope.INBOX}),
    ("POST", f"/v1/deliveries/{NOTHING}/release", {Scope.INBOX}),
    ("POST", f"/v1/deliveries/{NOTHING}/reply", {Scope.INBOX}),
    ("POST", f"/v1/deliveries/{NOTHING}/forward", {Scope.INBOX}),
    ("POST", f"/v1/deliveries/{NOTHING}/undo", {Scope.INBOX}),
    ("POST", f"/v1/deliveries/{NOTHING}/priority", {Scope.INBOX}),
    ("GET", f"/v1/deliveries/{NOTHING}/topic?staff=ann&topic=medical", {Scope.INBOX}),
    ("POST", f"/v1/deliveries/{NOTHING}/topic", {Scope.INBOX}),
    ("POST", "/v1/patients/pat/compose/check", {Scope.PORTAL}),
    ("POST", f"/v1/deliveries/{NOTHING}/note", {Scope.INBOX}),
    ("POST", f"/v1/deliveries/{NOTHING}/snooze", {Scope.INBOX}),
    ("POST", "/v1/staff/ann/inbox/search", {Scope.INBOX}),
    ("POST", "/v1/deliveries/bulk", {Scope.INBOX}),
    ("GET", f"/v1/deliveries/{NOTHING}/draft?staff=ann", {Scope.INBOX}),
    ("PUT", f"/v1/deliveries/{NOTHING}/draft", {Scope.INBOX}),
    ("DELETE", f"/v1/deliveries/{NOTHING}/draft?staff=ann", {Scope.INBOX}),
    ("POST", "/v1/messaging/replay", {Scope.ADMIN}),
    ("POST", "/v1/messaging/red_flags/trial", {Scope.ADMIN}),
    ("GET", "/v1/overdue", {Scope.ADMIN}),
    ("POST", f"/v1/overdue/{NOTHING}/hand-over", {Scope.ADMIN}),
    ("GET", "/v1/staff", {Scope.ROSTER}),
    ("POST", "/v1/staff", {Scope.ROSTER}),
    ("GET", "/v1/staff/ann", {Scope.ROSTER}),
    ("POST", "/v1/patients/search", {Scope.ROSTER}),
    ("PATCH", "/v1/patients/pat", {Scope.ROSTER}),
    ("GET", "/v1/ops/backlog", {Scope.OPS}),
    ("GET", "/v1/ops/parked", {Scope.OPS}),
    ("POST", f"/v1/ops/parked/{NOTHING}/requeue", {Scope.OPS}),
]


class UnreadBody:
    """A body of which nobody may take anything."""

    def __iter__(self) -> Iterator[bytes]:
        pytest.fail("the body was read before the key was checked")


def test_each_call_needs_its_scope(service: Service) -> None:
    """A key with all other scopes is told that it lacks this one."""
    answers = [
        service.client(*sorted(set(Scope) - scopes)).request(method, path, json={}) for method, path, scopes in CALLS
    ]

    assert {one.status_code for one in answers} == {403}
    assert {one.json()["type"] for one in answers} == {"urn:careroute:problem:forbidden"}


def test_each_scope_lets_in(service: Service) -> None:
    """A key with nothing but the scope that a call names is let through."""
    answers = [
        service.client(scope).request(method, path, json={}) for method, path, scopes in CALLS for scope in scopes
    ]

    assert not {401, 403, 500} & {one.status_code for one in answers}


def test_each_call_needs_a_key(service: Service) -> None:
    """Without a key, or with something else, no call tells anything."""
    wrong = ("Bearer ", "Basic YTpi", "Bearer wrong", "Bearer careroute_x_y", "Bearer a b", "x")
    clients = [TestClient(service.app), *(TestClient(service.app, headers={"Authorization": one}) for one in wrong)]

    answers = [client.request(method, path, json={}) for client in clients for method, path, _ in CALLS]

    assert {one.status_code for one in answers} == {401}
    assert {one.headers["www-authenticate"] for one in answers} == {"Bearer"}
    assert {one.json()["type"] for one in answers} == {"urn:careroute:problem:unauthenticated"}


def test_no_call_is_forgotten(service: Service) -> None:
    """Every call that is described needs a key and is among those tried here, but for health and numbers."""
    described = service.app.openapi()["paths"]

    keyed = {path for path, calls in described.items() for call in calls.values() if call.get("security")}

    assert set(described) - keyed == {"/healthz", "/readyz", "/metrics"}
    assert len(CALLS) == sum(len(described[path]) for path in keyed)


def test_the_key_is_checked_before_the_body_is_read(service: Service) -> None:
    """Not a byte of a body is taken from whoever has no key for it."""
    for client in (TestClient(service.app), service.client(Scope.OPS)):
        response = client.put("/v1/roster", content=UnreadBody())

        assert response.status_code in {401, 403}


def test_a_revoked_key_is_refused_at_once(service: Service) -> None:
    """From the moment of its revocation a key opens nothing."""
    key = service.key(Scope.ADMIN)
    client = service.client_with(key)
    assert client.get("/v1/messaging").status_code == 200

    service.house.keys.revoke(PRACTICE, key.split("_")[1], COMMAND)

    assert client.get("/v1/messaging").status_code == 401


def test_a_changed_secret_is_refused(service: Service) -> None:
    """The public part of a key opens nothing."""
    prefix, identifier, _ = service.key(Scope.ADMIN).split("_", 2)

    assert service.client_with(f"{prefix}_{identifier}_wrong").get("/v1/messaging").status_code == 401


def test_refusals_of_a_key_are_on_record(service: Service) -> None:
    """A key that tries what it may not do leaves a row in the audit."""
    service.client(Scope.OPS).get("/v1/messaging")

    rows = service.house.operations.audit(PRACTICE, None, 10)

    assert [row.details for row in rows if row.action == "key.refused"] == [{"why": "lacks admin"}]


def test_bad_parameters_are_not_told_to_strangers(service: Service) -> None:
    """Whoever has no key hears that first, whatever else is wrong."""
    response = TestClient(service.app).get("/v1/staff/ann/inbox?limit=x")

    assert response.status_code == 401
    assert fields(response) == {}


def _written_then_revoked(service: Service) -> TestClient:
    """A client whose key was good for a message, and is revoked now."""
    key = service.key(Scope.PORTAL)
    client = service.client_with(key)
    assert client.post("/v1/messages", json=MESSAGE, headers={"Idempotency-Key": "before"}).status_code == 202
    service.house.keys.revoke(PRACTICE, key.split("_")[1], COMMAND)
    return client


def test_a_revoked_key_writes_nothing(service: Service) -> None:
    """However often it wrote before; that it tried is on record."""
    response = _written_then_revoked(service).post("/v1/messages", json=MESSAGE, headers={"Idempotency-Key": "after"})

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    with pytest.raises(NotFound):
        service.house.accept.receipt_by_key(PRACTICE, "after")
    refused = [row.details for row in service.house.operations.audit(PRACTICE, None, 10) if row.action == "key.refused"]
    assert refused == [{"why": "revoked"}]


def test_a_revoked_key_is_said_before_anything_else(service: Service) -> None:
    """Whoever's key has ended hears nothing of what is wrong with the message, the first time and every other time."""
    client = _written_then_revoked(service)

    answers = [client.post("/v1/messages", json={"topic": "x"}, headers={"Idempotency-Key": "x"}) for _ in range(2)]
    answers.append(client.post("/v1/messages", json=MESSAGE))

    assert [one.status_code for one in answers] == [401] * 3


def test_a_key_is_looked_up_for_its_first_message_only(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Afterwards the transaction that stores a message sees to it that the key is in force."""
    looks: list[str] = []
    check = Authenticate.check

    def counted(self: Authenticate, presented: str, *scopes: Scope) -> Caller:
        looks.append(presented)
        return check(self, presented, *scopes)

    monkeypatch.setattr(Authenticate, "check", counted)

    answers = [service.write() for _ in range(3)]

    assert [one.status_code for one in answers] == [202] * 3
    assert len(looks) == 1
