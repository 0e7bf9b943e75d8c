"""What a client may send over one connection, and how long it may take."""

import json

import pytest

from adapters.http.bounded_protocol import (
    BODY_BYTES_A_SECOND,
    BODY_SECONDS,
    CLOSE_SECONDS,
    HEADER_BYTES,
    HEADER_FIELDS,
    HEADER_SECONDS,
    LINE_BYTES,
    TAKE_SECONDS,
)
from adapters.http.connections import Connections
from tests.unit.http.piped_clients import END, HEAD, KEEP_ALIVE_SECONDS, Client, play


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
