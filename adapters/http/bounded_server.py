"""Uvicorn with bounds on connections; what it refuses is reported once a second, however much it is."""

import asyncio
import socket
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

import uvicorn
from typing_extensions import override

from adapters.http.bounded_protocol import BoundedProtocol
from adapters.http.connections import Connections

# Uvicorn ticks ten times a second.
TICKS_OF_A_CHECK = 10
# How asyncio's message begins when the process has no file descriptor left for a connection.
ACCEPT_FAILED = "socket.accept()"

Report = Callable[[Mapping[str, int]], None]


def bounded_protocol(connections: Connections) -> type[asyncio.Protocol]:
    """The protocol class for uvicorn's configuration."""
    return cast("type[asyncio.Protocol]", partial(BoundedProtocol, counted_in=connections))


class BoundedServer(uvicorn.Server):
    """Cuts clients that take too long, and passes `report` the number of connections ended, by reason.

    Its configuration must have the protocol that bounded_protocol makes of the same connections.
    """

    def __init__(self, config: uvicorn.Config, connections: Connections, report: Report) -> None:
        super().__init__(config)
        self._connections = connections
        self._report = report
        self._checked = 0.0
        # One more host and port to listen on, if they are free.
        self.also: tuple[str, int] | None = None

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._on_error)
        self._checked = loop.time()
        await super().startup(sockets)
        if self.also is not None:
            await self._listen_also(*self.also)

    @override
    async def on_tick(self, counter: int) -> bool:
        if counter % TICKS_OF_A_CHECK == 0:
            self._check()
        return await super().on_tick(counter)

    def _check(self) -> None:
        now = asyncio.get_running_loop().time()
        elapsed, self._checked = now - self._checked, now
        for connection in list(self.server_state.connections):
            if isinstance(connection, BoundedProtocol):
                connection.check(now, elapsed)
        ended = self._connections.take_ended()
        if ended:
            self._report(ended)

    def _on_error(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        # asyncio reports it two thousand times a second, with a traceback.
        if str(context.get("message", "")).startswith(ACCEPT_FAILED):
            self._connections.ended("no file descriptor left")
        else:
            loop.default_exception_handler(context)

    async def _listen_also(self, host: str, port: int) -> None:
        make_protocol = partial(
            self.config.http_protocol_class,
            config=self.config,  # type: ignore[call-arg] # asyncio.Protocol says nothing of how it is made.
            server_state=self.server_state,
            app_state=self.lifespan.state,
        )
        backlog = self.config.backlog
        try:
            self.servers.append(
                await asyncio.get_running_loop().create_server(make_protocol, host, port, backlog=backlog)
            )
        except OSError:
            self._report({f"port {port} is taken": 1})
