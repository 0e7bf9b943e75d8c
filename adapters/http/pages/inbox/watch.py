"""Open streams of inboxes: one timer queries the database for all streams of this process together."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, cast

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request

from adapters.http.problems import Busy
from router.errors import CarerouteError
from router.flows.staff.inbox_watch import Watcher
from router.messages.inbox import Pulse

# What is new is seen after so many seconds at the latest.
EVERY_SECONDS = 2.0
# A stream ends by itself after so many seconds; the browser opens another one, maybe at another process.
LONGEST_SECONDS = 600.0
MOST_STREAMS = 1_000
# A browser shares one stream between its windows; this leaves room for several browsers.
MOST_OF_ONE = 12

Look = Callable[[Collection[Watcher]], Mapping[Watcher, Pulse]]


class InboxStream:
    """The stream of one page: the inbox's pulse whenever it changes, until the session has ended."""

    def __init__(self, watcher: Watcher) -> None:
        self.watcher = watcher
        self.session_ended = False
        self._pulse: Pulse | None = None
        self._ended = False
        self._changed = asyncio.Event()

    def tell(self, pulse: Pulse | None) -> None:
        """Something was looked up; None says that the session has ended."""
        if pulse is None:
            self.session_ended = True
            self.end()
        elif pulse != self._pulse:
            self._pulse = pulse
            self._changed.set()

    def end(self) -> None:
        """Nothing comes any more."""
        self._ended = True
        self._changed.set()

    async def pulses(self, seconds: float = LONGEST_SECONDS) -> AsyncIterator[Pulse]:
        """What is new, the newest alone where several came meanwhile; ends after so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await self._changed.wait()
                    self._changed.clear()
                    if self._ended:
                        return
                    if self._pulse is not None:
                        yield self._pulse
        except TimeoutError:
            return


class InboxWatch:
    """Keeps the open streams. It lives on one event loop; `close` alone may be called from anywhere."""

    def __init__(
        self, look: Look, *, every: float = EVERY_SECONDS, most: int = MOST_STREAMS, most_of_one: int = MOST_OF_ONE
    ) -> None:
        self._look = look
        self._every = every
        self._most = most
        self._most_of_one = most_of_one
        self._streams: set[InboxStream] = set()
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.Task[None] | None = None
        # However slow the database is, one thread waits for it.
        self._limiter = CapacityLimiter(1)

    @contextmanager
    def open(self, watcher: Watcher) -> Iterator[InboxStream]:
        """A stream for as long as somebody reads it. Raises Busy where there are too many, and while stopping."""
        mine = sum(_whose(one.watcher) == _whose(watcher) for one in self._streams)
        if self._closed or len(self._streams) >= self._most or mine >= self._most_of_one:
            raise Busy("Too many pages are open. This one will try again later.")
        stream = InboxStream(watcher)
        self._streams.add(stream)
        self._start()
        try:
            yield stream
        finally:
            self._streams.discard(stream)

    def close(self) -> None:
        """End every stream and open no more: the process stops."""
        self._closed = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end_all)

    def _end_all(self) -> None:
        for stream in self._streams:
            stream.end()

    def _start(self) -> None:
        loop = asyncio.get_running_loop()
        if self._loop is not loop or self._timer is None or self._timer.done():
            self._loop, self._timer = loop, loop.create_task(self._run())

    async def _run(self) -> None:
        """Look for as long as anybody waits."""
        while self._streams:
            asked = {one.watcher for one in self._streams}
            try:
                seen = await to_thread.run_sync(self._look, asked, limiter=self._limiter)
            except CarerouteError:
                # The database is away: the streams stay open, and catch up once it is back.
                seen = {}
                asked.clear()
            for stream in tuple(self._streams):
                if stream.watcher in asked:
                    stream.tell(seen.get(stream.watcher))
            await asyncio.sleep(self._every)


def _whose(watcher: Watcher) -> tuple[str, str]:
    return watcher.practice, watcher.staff


async def watch_of(request: Request) -> InboxWatch:
    """The streams of the application that answers this request."""
    return cast("InboxWatch", request.app.state.inbox_watch)


WatchOfApp = Annotated[InboxWatch, Depends(watch_of)]
