"""How many requests may be made, and what a refusal says."""

import pytest
from starlette.testclient import TestClient

from adapters.http.api.metrics import MetricsAccess
from adapters.http.limits import BodyMemory
from adapters.http.rate_limits import Kind, RateLimits
from router.actors import Scope
from tests.house import PRACTICE
from tests.integration.api.conftest import MESSAGE, OTHER, Service

LIMITED = "urn:careroute:problem:too-many-requests"
FORM = "/v1/patients/sam/compose"


def test_a_key_is_limited_and_says_what_is_left(service: Service) -> None:
    """Whatever call it is used for; other keys go on."""
    service.app.state.rate_limits = RateLimits({Kind.KEY: 2})
    client = service.client(Scope.PORTAL)

    first = client.get(FORM)
    assert (first.status_code, first.headers["RateLimit-Policy"]) == (200, '"key";q=2;w=60')
    assert first.headers["RateLimit"].startswith('"key";r=1;t=')
    assert service.client(Scope.PORTAL).post("/v1/messages", json=MESSAGE, headers={"Idempotency-Key": "a"}).is_success
    refused = client.post("/v1/messages", json=MESSAGE, headers={"Idempotency-Key": "b"})

    assert (refused.status_code, refused.json()["type"]) == (429, LIMITED)
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit"].startswith('"key";r=0;t=')
    assert service.client(Scope.PORTAL, practice=OTHER).get(FORM).status_code == 200


@pytest.mark.parametrize("spend", ["write", "form"])
def test_a_patient_is_limited(service: Service, spend: str) -> None:
    """Over all calls that name them, also in a batch; other patients, and those of other practices, go on."""
    service.app.state.rate_limits = RateLimits({Kind.PATIENT: 1})
    client = service.client()
    assert (service.write() if spend == "write" else client.get(FORM)).is_success

    assert service.write().status_code == 429
    assert client.get(FORM).status_code == 429
    items = [{**MESSAGE, "patient": patient, "idempotency_key": f"b-{patient}"} for patient in ("sam", "pat")]
    answers = client.post("/v1/messages/batch", json={"items": items}).json()["items"]
    assert answers[0]["status"] == 429
    assert answers[0]["problem"]["type"] == LIMITED
    assert answers[1]["status"] != 429
    assert service.write(OTHER).is_success


def test_an_address_is_limited_until_somebody_has_a_valid_key(service: Service) -> None:
    service.app.state.rate_limits = RateLimits({Kind.ADDRESS: 3})
    anybody = TestClient(service.app)

    statuses = [anybody.get("/v1/messaging").status_code for _ in range(4)]

    assert statuses == [401, 401, 401, 429]
    # Also what needs no key; the problem names the limit.
    refused = anybody.get("/healthz")
    assert (refused.status_code, refused.headers["RateLimit-Policy"]) == (429, '"address";q=3;w=60')
    service.app.state.rate_limits = RateLimits({Kind.ADDRESS: 1})
    assert service.client().get("/v1/messaging").status_code == 200
    assert [anybody.get("/v1/messaging").status_code for _ in range(3)] == [401] * 3


def test_bodies_that_arrive_may_take_only_so_much_memory(service: Service) -> None:
    """Of one practice, and in all; what is read is counted off."""
    memory = service.app.state.body_memory = BodyMemory(most_of_a_practice=1_000)
    memory.take(PRACTICE, 950)

    assert service.write().status_code == 503
    assert service.write(OTHER).is_success
    memory.leave(PRACTICE, 950)
    assert service.write().is_success
    memory.take("a third", 1_000)
    memory.most_in_all = 1_000
    assert service.write().status_code == 503


def test_metrics_are_for_holders_of_the_token(service: Service) -> None:
    service.app.state.metrics.access = MetricsAccess(token="secret")

    assert service.client_with("other").get("/metrics").status_code == 401
    assert service.client_with("secret").get("/metrics").text.startswith("#")
