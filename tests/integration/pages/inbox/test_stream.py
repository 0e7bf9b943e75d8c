"""The stream that tells an open page of the inbox what is new."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from adapters.http.pages.inbox.watch import InboxWatch
from adapters.http.pages.kit.cookies import STAFF_COOKIE
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.house import IDLE
from tests.integration.pages.conftest import Browser

WAIT_SECONDS = 20
SOON = 0.02


class Listener:
    """Asks for the stream without a server in between, as somebody who is signed in."""

    def __init__(self, browser: Browser, method: str = "GET") -> None:
        self._method = method
        self.headers: dict[str, str] = {}
        self.status = 0
        self.heard = ""
        self._app = browser.service.app
        self._cookie = f"{STAFF_COOKIE}={browser.client.cookies[STAFF_COOKIE]}"
        self._gone = asyncio.Event()
        self._news = asyncio.Event()
        self._asked = False

    async def listen(self) -> None:
        """Until the stream ends, or `leave` is called."""
        scope: dict[str, Any] = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": self._method, "scheme": "http",
            "path": "/inbox/events", "raw_path": b"/inbox/events", "query_string": b"", "root_path": "",
            "headers": [(b"cookie", self._cookie.encode()), (b"accept", b"text/event-stream")],
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2), "state": {},
        }  # fmt: skip
        await self._app(scope, self._receive, self._send)

    def leave(self) -> None:
        """Close the window."""
        self._gone.set()

    async def until(self, words: str) -> None:
        """Wait until this was heard."""
        while words not in self.heard:
            await self._news.wait()
            self._news.clear()

    async def _receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:  # noqa: ANN401 - as the interface has it.
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.heard += message["body"].decode()
            self._news.set()


@asynccontextmanager
async def listening(browser: Browser) -> AsyncIterator[tuple[Listener, "asyncio.Task[None]"]]:
    """Somebody listens meanwhile."""
    listener = Listener(browser)
    task = asyncio.create_task(listener.listen())
    try:
        yield listener, task
    finally:
        listener.leave()
        await task


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(WAIT_SECONDS):
            await work()

    asyncio.run(limited())


@pytest.fixture
def ann(browser: Browser) -> Browser:
    """Ann, signed in; what is new is seen at once."""
    house = browser.service.house
    house.save(settings({Topic.BILLING: ["ann"]}))
    browser.service.app.state.inbox_watch = InboxWatch(house.watch_inboxes.look, every=SOON)
    return browser.sign_in("ann")


def test_what_comes_is_told_by_number_alone_and_nothing_is_held_meanwhile(ann: Browser) -> None:
    house = ann.service.house

    async def work() -> None:
        async with listening(ann) as (listener, _):
            await listener.until('"unread": 0')
            await asyncio.to_thread(lambda: (house.write(), house.route.run()))
            await listener.until('"unread": 1')
        assert listener.status == 200
        assert listener.headers["content-type"].startswith("text/event-stream")
        assert listener.headers["cache-control"] == "no-store"
        assert "event: inbox" in listener.heard
        assert not any(said in listener.heard for said in ("sam", "Doe", "bill", "question"))

    run(work)
    assert house.engine.pool.checkedout() == 0  # type: ignore[attr-defined] # both pools have it.
    metrics = asyncio.run(ann.service.app.state.metrics.text()).decode()
    assert 'careroute_request_seconds_count{method="GET",route="/inbox/events",status="200"} 1.0' in metrics


def test_head_gets_the_headers_and_no_stream(ann: Browser) -> None:
    async def work() -> None:
        listener = Listener(ann, "HEAD")
        await listener.listen()
        assert (listener.status, listener.heard) == (200, "")
        assert listener.headers["content-type"].startswith("text/event-stream")

    run(work)


def test_the_stream_ends_with_the_session(ann: Browser) -> None:
    house = ann.service.house
    token = ann.client.cookies[STAFF_COOKIE]
    ways: tuple[tuple[str, Callable[[], None]], ...] = (
        ("idle", lambda: setattr(house.clock, "by", IDLE + timedelta(minutes=1))),
        ("signed out", lambda: house.sessions.sign_out(token)),
    )

    for way, end in ways:

        async def work(end: Callable[[], None] = end) -> None:
            async with listening(ann) as (listener, task):
                await listener.until("event: inbox")
                await asyncio.to_thread(end)
                await task
            assert listener.heard.rstrip().endswith("event: ended\ndata: {}")

        run(work)
        house.clock.by = timedelta()
        if way == "idle":
            # The session was only looked at by the stream, which ends none: it lasts when time is put back.
            assert ann.open("/inbox").status_code == 200


def test_the_stream_of_whoever_leaves_ends(ann: Browser) -> None:
    house = ann.service.house

    async def work() -> None:
        async with listening(ann) as (listener, task):
            await listener.until("event: inbox")
            await asyncio.to_thread(house.bring, [a_staff("ann", active=False)])
            await task
        assert "event: ended" in listener.heard

    run(work)


def test_a_stream_is_refused_without_a_session_and_where_there_are_too_many(ann: Browser) -> None:
    app = ann.service.app
    app.state.inbox_watch = InboxWatch(ann.service.house.watch_inboxes.look, most=0)

    assert ann.client.get("/inbox/events").status_code == 503
    ann.client.cookies.clear()
    assert ann.client.get("/inbox/events").headers["location"].startswith("/sign-in")


def test_a_process_that_stops_ends_the_stream_but_not_the_session(ann: Browser) -> None:
    async def work() -> None:
        async with listening(ann) as (listener, task):
            await listener.until("event: inbox")
            ann.service.app.state.inbox_watch.close()
            await task
        assert "event: ended" not in listener.heard

    run(work)
