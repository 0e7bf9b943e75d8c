"""How much a request may carry, and what every answer carries."""

from collections.abc import Iterator

from tests.integration.api.conftest import MESSAGE, Service

KILOBYTE = 1024
CALLS = [
    ("POST", "/v1/messages", 256),
    ("PUT", "/v1/messaging", 256),
    ("PATCH", "/v1/staff/ann", 256),
    ("PUT", "/v1/staff/ann/absence", 256),
    ("POST", "/v1/deliveries/x/read", 256),
    ("POST", "/v1/messages/batch", 16 * 1024),
    ("PUT", "/v1/roster", 64 * 1024),
]
HEADERS = {"Idempotency-Key": "k", "If-Match": '"1"'}


def _chunks(kilobytes: int) -> Iterator[bytes]:
    """A body of this length, without a Content-Length."""
    for _ in range(kilobytes):
        yield b" " * KILOBYTE


def test_a_body_that_says_it_is_too_large_is_refused(service: Service) -> None:
    """The declared length is believed: nothing of it is read."""
    for method, path, limit in CALLS:
        headers = {**HEADERS, "Content-Length": str(limit * KILOBYTE + 1)}

        response = service.client().request(method, path, content=b"{}", headers=headers)

        assert (path, response.status_code) == (path, 413)
        assert response.json()["type"] == "urn:careroute:problem:too-large"


def test_a_body_that_grows_too_large_is_refused(service: Service) -> None:
    """A body that comes in chunks and says no length is refused where it passes the limit."""
    for method, path, limit in CALLS:
        response = service.client().request(method, path, content=_chunks(limit + 1), headers=HEADERS)

        assert (path, response.status_code) == (path, 413)


def test_a_body_at_the_limit_is_read(service: Service) -> None:
    """Up to the limit a body is read, and what is wrong with it is told."""
    response = service.client().post("/v1/messages", content=_chunks(256), headers=HEADERS)

    assert response.status_code == 422


def test_every_answer_is_kept_by_nobody(service: Service) -> None:
    """Answers, problems and pages alike tell caches and browsers to leave them alone."""
    client = service.client()

    answers = [
        client.get("/healthz"),
        client.get("/v1/messaging"),
        client.get("/v1/messages/x"),
        client.get("/nowhere"),
        client.post("/v1/messages", json=MESSAGE, headers=HEADERS),
        client.get("/docs"),
    ]

    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_address_that_is_not_there_is_a_problem(service: Service) -> None:
    """Unknown addresses, trailing slashes and wrong methods are problems; nothing is redirected."""
    client = service.client()

    missing = [client.get(path, follow_redirects=False) for path in ("/nowhere", "/v1/messaging/", "/v1/messages/")]
    method = client.delete("/v1/messaging")

    assert [one.status_code for one in missing] == [404, 404, 404]
    assert {one.headers["content-type"] for one in missing} == {"application/problem+json"}
    assert method.status_code == 405
    assert method.headers["allow"]
    assert method.json()["type"] == "urn:careroute:problem:method-not-allowed"


def test_head_answers_as_get_without_a_body(service: Service) -> None:
    """Same status and length, no content."""
    client = service.client()

    get, head = client.get("/v1/messaging"), client.head("/v1/messaging")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]
