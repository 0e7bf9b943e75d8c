"""An SMTP server on the loopback interface, on an event loop of its own thread."""

import asyncio
import ssl
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from aiosmtpd.smtp import SMTP

from adapters.email.thread import LoopThread

# Never anything else: what is caught must not be offered to a network.
LOOPBACK = "127.0.0.1"
TURNS = 4


class Listener:
    """Serves each connection with what `protocol` makes; may be started again after it was stopped."""

    def __init__(self, protocol: Callable[[], SMTP], tls: ssl.SSLContext | None = None) -> None:
        self._protocol = protocol
        self._tls = tls
        self._thread: LoopThread[int] | None = None

    def start(self, port: int = 0) -> int:
        """Listen; returns the port, a free one if none is named. Raises OSError where it is taken."""
        thread = LoopThread("smtp server", partial(self._listen, port))
        port = thread.start()
        self._thread = thread
        return port

    def stop(self) -> None:
        """Stop listening and drop every connection."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.stop()

    @asynccontextmanager
    async def _listen(self, port: int) -> AsyncIterator[int]:
        connections: weakref.WeakSet[SMTP] = weakref.WeakSet()

        def accept() -> SMTP:
            made = self._protocol()
            connections.add(made)
            return made

        server = await asyncio.get_running_loop().create_server(accept, LOOPBACK, port, ssl=self._tls)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            # Python 3.11 leaks the socket of a connection that is half accepted when its server closes: accept no more,
            # let those come through, and close only then. Aborting, too, takes turns of the loop.
            for listening in server.sockets:
                asyncio.get_running_loop().remove_reader(listening.fileno())
            for _ in range(TURNS):
                await asyncio.sleep(0)
            server.close()
            for _ in range(TURNS):
                for connection in list(connections):
                    if isinstance(connection.transport, asyncio.WriteTransport):
                        connection.transport.abort()
                await asyncio.sleep(0)
