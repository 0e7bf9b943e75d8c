"""Refusals that are sent before a request reaches the application, as problems (RFC 9457)."""

import json
from dataclasses import dataclass, field
from http import HTTPStatus

RETRY_SECONDS = 2


@dataclass(frozen=True, slots=True)
class WireRefusal:
    """Why a connection is refused or cut, and the answer, after which it is closed."""

    # By this it is counted in the log.
    reason: str
    status: HTTPStatus
    slug: str
    title: str
    retry: bool = False
    response: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "response", _response(self))


def _response(refusal: WireRefusal) -> bytes:
    problem: dict[str, object] = {
        "type": f"urn:careroute:problem:{refusal.slug}",
        "title": refusal.title,
        "status": refusal.status.value,
        "detail": f"{refusal.title}.",
        "errors": [],
    }
    body = json.dumps(problem).encode()
    lines = [
        f"HTTP/1.1 {refusal.status.value} {refusal.status.phrase}",
        "content-type: application/problem+json",
        f"content-length: {len(body)}",
        "cache-control: no-store",
        "connection: close",
        *([f"retry-after: {RETRY_SECONDS}"] if refusal.retry else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


NO_ROOM = WireRefusal(
    "no room for connections", HTTPStatus.SERVICE_UNAVAILABLE, "busy", "Too many connections are open", retry=True
)
ADDRESS_FULL = WireRefusal(
    "too many connections of an address",
    HTTPStatus.TOO_MANY_REQUESTS,
    "too-many-requests",
    "Too many connections from this address are open",
    retry=True,
)
NOT_HTTP = WireRefusal("not HTTP", HTTPStatus.BAD_REQUEST, "bad-request", "The request can't be read as HTTP")
LINE_TOO_LONG = WireRefusal(
    "request line too long", HTTPStatus.REQUEST_URI_TOO_LONG, "address-too-long", "The address is too long"
)
HEADER_TOO_LARGE = WireRefusal(
    "header too large",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    "header-too-large",
    "The request has too many or too long headers",
)
HEADER_TOO_SLOW = WireRefusal(
    "header too slow", HTTPStatus.REQUEST_TIMEOUT, "request-timeout", "The headers took too long to arrive"
)
BODY_TOO_SLOW = WireRefusal(
    "body too slow", HTTPStatus.REQUEST_TIMEOUT, "request-timeout", "The body took too long to arrive"
)
