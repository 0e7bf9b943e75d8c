"""A client of the web process on a connection without a network, whose clock goes on when it is told to."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from starlette.types import Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.server import ServerState

from adapters.http.bounded_protocol import BoundedProtocol
from adapters.http.connections import Connections

KEEP_ALIVE_SECONDS = 75
HEAD = b"POST / HTTP/1.1\r\nHost: clinic\r\n"
END = b"\r\n"


class Pipe(asyncio.Transport):
    """A connection without a network: keeps what is written."""

    def __init__(self) -> None:
        super().__init__({"peername": ("192.0.2.7", 5000), "sockname": ("192.0.2.1", 80)})
        self.written = b""
        self.unsent = 0
        self.is_closed = self.is_aborted = False

    def write(self, data: bytes) -> None:  # type: ignore[override]
        self.written += data

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_closed = self.is_aborted = True

    def is_closing(self) -> bool:
        return self.is_closed

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def pause_reading(self) -> None:
        return

    def resume_reading(self) -> None:
        return


# What was sent with each request that was read to its end.
bodies: list[bytes] = []


async def read_all(_scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with 202 when the body is complete."""
    message = await receive()
    body = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    if message["type"] == "http.request":
        bodies.append(body)
        await send({"type": "http.response.start", "status": 202, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})


@dataclass
class Client:
    """One client, whose clock goes on only when it is told to."""

    connections: Connections
    pipe: Pipe = field(default_factory=Pipe)

    def __post_init__(self) -> None:
        config = Config(read_all, timeout_keep_alive=KEEP_ALIVE_SECONDS, log_config=None, ws="none")
        state = ServerState()
        self.protocol = BoundedProtocol(config, state, {}, counted_in=self.connections)
        self.protocol.connection_made(self.pipe)
        self.now = asyncio.get_running_loop().time()

    def send(self, data: bytes) -> None:
        self.protocol.data_received(data)

    async def settle(self) -> None:
        """Let the application go on as far as it can."""
        for _ in range(10):
            await asyncio.sleep(0)

    def wait(self, seconds: float) -> None:
        """Let this time pass, with a check at its end."""
        self.now += seconds
        self.protocol.check(self.now, seconds)

    def seen(self) -> "Seen":
        """What came of it so far."""
        status = int(self.pipe.written.split()[1]) if self.pipe.written else 0
        return Seen(status, self.pipe.is_closed, self.pipe.is_aborted, self.pipe.written, self.connections.take_ended())


class Seen(NamedTuple):
    """The status of the first answer (0 without one), the state of the connection, and what was counted as ended."""

    status: int
    is_closed: bool
    is_aborted: bool
    written: bytes
    ended: dict[str, int]


def play(story: Callable[[Client], object], connections: Connections | None = None) -> Seen:
    """Let a client do something."""

    async def run() -> Seen:
        client = Client(connections or Connections())
        done = story(client)
        if asyncio.iscoroutine(done):
            await done
        await client.settle()
        return client.seen()

    return asyncio.run(run())
