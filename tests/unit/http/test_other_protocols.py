"""A request that asks for another protocol is answered like any other, and keeps its body."""

import pytest

from adapters.http.bounded_protocol import BODY_SECONDS
from tests.unit.http.piped_clients import HEAD, Client, bodies, play


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
