"""What a client may send over one connection, and how long it may take."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import pytest
from starlette.types import Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.server import ServerState

from adapters.http.bounded_protocol import (
    BODY_BYTES_A_SECOND,
    BODY_SECONDS,
    CLOSE_SECONDS,
    HEADER_BYTES,
    HEADER_FIELDS,
    HEADER_SECONDS,
    LINE_BYTES,
    TAKE_SECONDS,
    BoundedProtocol,
)
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


def test_a_request_is_answered() -> None:
    seen = play(lambda client: client.send(HEAD + b"Content-Length: 2\r\n\r\nhi"))

    assert (seen.status, seen.is_closed, seen.ended) == (202, False, {})


@pytest.mark.parametrize(
    ("sent", "status", "reason"),
    [
        (b"GET /" + b"a" * LINE_BYTES + b" HTTP/1.1\r\n\r\n", 414, "request line too long"),
        (HEAD + b"X: y\r\n" * HEADER_FIELDS + END, 431, "header too large"),
        (HEAD + b"X: " + b"a" * HEADER_BYTES, 431, "header too large"),
        (b"\r\n" * HEADER_BYTES, 431, "header too large"),
        (b"no request at all\r\n\r\n", 400, "not HTTP"),
        (b"GET http://[ HTTP/1.1\r\n\r\n", 400, "not HTTP"),
    ],
)
def test_what_is_too_much_is_refused(sent: bytes, status: int, reason: str) -> None:
    seen = play(lambda client: client.send(sent))

    problem = json.loads(seen.written.partition(b"\r\n\r\n")[2])
    assert (seen.status, problem["status"], seen.is_closed) == (status, status, True)
    assert seen.ended == {reason: 1}


def test_an_endless_header_that_comes_in_parts_is_refused() -> None:
    """Wherever it is cut, the connection ends with the part that is too much."""

    def story(client: Client) -> None:
        client.send(HEAD)
        for _ in range(HEADER_BYTES // 1024):
            client.send(b"X: " + b"a" * 1021)

    seen = play(story)

    assert (seen.status, seen.ended) == (431, {"header too large": 1})


@pytest.mark.parametrize("endless", [b"0\r\n" + b"X: " + b"a" * 1024, b"1;" + b"x" * 1024])
def test_what_comes_between_parts_of_a_body_has_an_end(endless: bytes) -> None:
    """Trailers, and extensions of a chunk."""

    def story(client: Client) -> None:
        client.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + endless)
        for _ in range(HEADER_BYTES // 1024 + 1):
            client.send(b"a" * 1024)

    seen = play(story)

    assert (seen.status, seen.ended) == (431, {"header too large": 1})


def test_a_header_has_a_time() -> None:
    """From its first byte; one that comes in time is answered."""

    def too_slow(client: Client) -> None:
        client.send(HEAD)
        client.wait(HEADER_SECONDS / 2)
        client.send(b"X: y\r\n")
        client.wait(HEADER_SECONDS / 2 + 1)

    async def in_time(client: Client) -> None:
        client.send(HEAD)
        client.wait(HEADER_SECONDS - 1)
        client.send(b"Content-Length: 0\r\n\r\n")
        await client.settle()
        client.wait(HEADER_SECONDS)

    seen = play(too_slow)
    assert (seen.status, seen.is_closed, seen.ended) == (408, True, {"header too slow": 1})
    seen = play(in_time)
    assert (seen.status, seen.is_closed, seen.ended) == (202, False, {})


def test_a_body_has_a_time_and_a_rate() -> None:
    """It may take longer the more has arrived."""

    async def stalls(client: Client) -> None:
        client.send(HEAD + b"Content-Length: 1000000\r\n\r\n" + b"a" * 10)
        await client.settle()
        client.wait(BODY_SECONDS + 1)

    async def goes_on(client: Client) -> None:
        client.send(HEAD + b"Content-Length: 1000000\r\n\r\n")
        for _ in range(3):
            client.send(b"a" * BODY_BYTES_A_SECOND * 10)
            await client.settle()
        client.wait(BODY_SECONDS + 10)

    seen = play(stalls)
    assert (seen.status, seen.is_closed, seen.ended) == (408, True, {"body too slow": 1})
    seen = play(goes_on)
    assert (seen.is_closed, seen.ended) == (False, {})


def test_a_body_after_its_answer_has_an_end() -> None:
    """However fast it comes: nobody reads it."""

    async def story(client: Client) -> None:
        client.send(HEAD + b"Content-Length: 100000000\r\n\r\n")
        client.protocol.cycle.response_started = client.protocol.cycle.response_complete = True
        client.send(b"a" * BODY_BYTES_A_SECOND * 100)
        client.wait(BODY_SECONDS + 1)

    seen = play(story)

    assert (seen.status, seen.is_closed, seen.ended) == (0, True, {"body too slow": 1})


@pytest.mark.parametrize("protocol", [b"h2c", b"websocket", b"TLS/1.0"])
@pytest.mark.parametrize(
    ("framing", "body"),
    [(b"Content-Length: %d", b"%b"), (b"Transfer-Encoding: chunked", b"21\r\n%b\r\n0\r\n\r\n")],
)
def test_a_request_that_asks_for_another_protocol_keeps_its_body(protocol: bytes, framing: bytes, body: bytes) -> None:
    """Its body was lost, and was answered as the next request: whoever shared the connection got that answer.

    Java's client asks for HTTP/2 with every request over a connection without TLS.
    """
    inside = b"GET /inside HTTP/1.1\r\nHost: a\r\n\r\n"
    head = HEAD + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: " + protocol + b"\r\nHTTP2-Settings: AAEA\r\n"
    length = framing % len(inside) if b"%d" in framing else framing
    whole = head + length + b"\r\n\r\n" + body % inside

    async def all_at_once(client: Client) -> None:
        client.send(whole + whole + HEAD + b"Content-Length: 2\r\n\r\nhi")

    async def byte_by_byte(client: Client) -> None:
        for sent in whole + whole:
            client.send(bytes([sent]))
        await client.settle()
        client.send(HEAD + b"Content-Length: 2\r\n\r\nhi")

    for story in (all_at_once, byte_by_byte):
        bodies.clear()
        seen = play(story)
        assert (seen.written.count(b"HTTP/1.1 202"), seen.written.count(b"HTTP/1.1"), seen.ended) == (3, 3, {})
        assert bodies == [inside, inside, b"hi"]


def test_requests_that_ask_for_another_protocol_are_answered_one_after_the_other() -> None:
    asking = b"GET / HTTP/1.1\r\nHost: clinic\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"

    seen = play(lambda client: client.send(asking * 3))

    assert (seen.written.count(b"HTTP/1.1 202"), seen.ended) == (3, {})


def test_a_body_after_asking_for_another_protocol_must_arrive_in_time_as_well() -> None:
    async def story(client: Client) -> None:
        client.send(HEAD + b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 100\r\n\r\na")
        await client.settle()
        client.wait(BODY_SECONDS + 1)

    assert play(story).status == 408


def test_a_connection_that_says_nothing_is_closed() -> None:
    seen = play(lambda client: client.wait(KEEP_ALIVE_SECONDS + 1))

    assert (seen.status, seen.is_closed, seen.ended) == (0, True, {})


def test_a_client_that_does_not_take_its_answer_is_given_up() -> None:
    async def story(client: Client) -> None:
        client.send(HEAD + b"Content-Length: 0\r\n\r\n")
        await client.settle()
        client.pipe.unsent = 1000
        client.wait(1)
        client.wait(TAKE_SECONDS)

    seen = play(story)

    assert (seen.is_aborted, seen.ended) == (True, {"answer not taken": 1})


def test_what_is_ended_does_not_linger() -> None:
    """Nothing more is read, and where the last answer isn't taken the connection goes all the same."""

    def story(client: Client) -> None:
        client.send(b"no request\r\n\r\n")
        client.send(HEAD + b"Content-Length: 0\r\n\r\n")
        client.wait(CLOSE_SECONDS + 1)

    seen = play(story)

    assert (seen.written.count(b"HTTP/1.1"), seen.is_aborted, seen.ended) == (1, True, {"not HTTP": 1})


def test_connections_of_an_address_are_bounded() -> None:
    """Beyond it they are refused at once; a closed one makes room."""
    connections = Connections(most_of_an_address=1)

    async def story(client: Client) -> None:
        second = Client(connections)
        refused = second.seen()
        assert (refused.status, refused.is_closed) == (429, True)
        assert refused.ended == {"too many connections of an address": 1}
        second.protocol.connection_lost(None)
        client.protocol.connection_lost(None)
        third = Client(connections)
        assert (third.seen().status, third.pipe.is_closed) == (0, False)

    play(story, connections)


def test_without_room_a_connection_is_shed() -> None:
    seen = play(lambda _client: None, Connections(most_in_all=0))

    assert (seen.status, b"retry-after: 2" in seen.written, seen.is_closed) == (503, True, True)
    assert seen.ended == {"no room for connections": 1}
