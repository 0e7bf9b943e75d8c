"""A few connections that all batches of a process share, turn by turn. Used on one event loop only."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import monotonic

from adapters.email.connection import Connection, Connector

# After a relay refused one more connection while others work, this long no further one is tried.
CONTENT_SECONDS = 10.0
# How long sends that run at the end may go on.
LAST_SECONDS = 2.0


class Pool:
    """Hands out connections, open ones first and fairly.

    A relay that limits connections answers the next one with 421 while the others go on (RFC 5321, section 3.8): then
    the pool is content with those, and there is hope for an email as long as any is open or at work.
    """

    def __init__(self, connector: Connector, size: int) -> None:
        self._idle = [Connection(connector) for _ in range(size)]
        self._size = size
        self._turn = asyncio.Lock()
        self._returned = asyncio.Event()
        self._content_until = 0.0

    @property
    def hope(self) -> bool:
        """Whether any connection is open or being tried."""
        return len(self._idle) < self._size or any(connection.is_open for connection in self._idle)

    async def borrow(self) -> Connection:
        """Wait for a connection, first come, first served."""
        async with self._turn:
            while (found := self._find()) is None:
                self._returned.clear()
                await self._returned.wait()
            return found

    def _find(self) -> Connection | None:
        for connection in reversed(self._idle):
            if connection.is_open:
                self._idle.remove(connection)
                return connection
        may_open = monotonic() >= self._content_until or not self.hope
        return self._idle.pop() if self._idle and may_open else None

    def give_back(self, connection: Connection, *, failed: bool) -> None:
        """End a loan; `failed` says that the relay could not be used over this connection."""
        self._idle.append(connection)
        if failed and self.hope:
            self._content_until = monotonic() + CONTENT_SECONDS
        self._returned.set()

    async def close(self) -> None:
        """Wait a little for the connections at work, then close all."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_SECONDS):
                while len(self._idle) < self._size:
                    self._returned.clear()
                    await self._returned.wait()
        await asyncio.gather(*(connection.quit() for connection in self._idle))


@asynccontextmanager
async def open_pool(connector: Connector, size: int) -> AsyncIterator[Pool]:
    """A pool for as long as this context lasts."""
    pool = Pool(connector, size)
    try:
        yield pool
    finally:
        await pool.close()
