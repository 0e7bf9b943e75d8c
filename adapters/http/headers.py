"""What every answer carries, HEAD as GET without a body, and how long answers took."""

from collections.abc import Callable
from time import perf_counter

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Answers hold patients' texts: nobody between here and the reader may keep them.
SAFE_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

# A year, in which browsers ask for this host over TLS only (RFC 6797).
TLS_HEADERS = {"Strict-Transport-Security": "max-age=31536000"}

STREAM = "text/event-stream"
# Told the method, the template of the route, the status and the seconds.
Observe = Callable[[str, str, int, float], None]
UNMATCHED = "unmatched"
OTHER_METHOD = "other"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class ResponseHeaders:
    """Goes around the whole application; `secure` says that browsers reach it over TLS."""

    def __init__(self, app: ASGIApp, observe: Observe, *, secure: bool = False) -> None:
        self._app = app
        self._observe = observe
        self._headers = SAFE_HEADERS | TLS_HEADERS if secure else SAFE_HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method, begun, status = scope["method"], perf_counter(), 500
        ended: float | None = None

        async def send_on(message: Message) -> None:
            nonlocal status, ended
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith(STREAM):
                    # How long somebody listens is no measure of how fast it answers.
                    ended = perf_counter()
                    headers.update(SAFE_HEADERS)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                allowance = state.get("allowance")
                if allowance is not None:
                    for name, value in allowance.headers().items():
                        headers.setdefault(name, value)
            elif method == "HEAD" and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        # The server looks at its own scope to leave the body of an answer to HEAD out.
        inner = {**scope, "method": "GET" if method == "HEAD" else method}
        # What the application finds out about the request.
        state = inner.setdefault("state", {})
        # A stream, which would go on for somebody who reads nothing of it, ends at once.
        state["is_head"] = method == "HEAD"
        try:
            await self._app(inner, receive, send_on)
        finally:
            route = getattr(inner.get("route"), "path", UNMATCHED)
            self._observe(
                method if method in METHODS else OTHER_METHOD, route, status, (ended or perf_counter()) - begun
            )
