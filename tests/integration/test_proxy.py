"""The lines that faults damage: what goes through them arrives, or not, as they say."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread

import pytest

from tests.servers.proxy import Line, TcpProxy

WAIT_SECONDS = 30
MESSAGE = b"0123456789"


def _echo(server: socket.socket) -> None:
    """Send back what comes, one connection after the other."""
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        # Connections are cut here on purpose.
        with connection, suppress(OSError):
            while piece := connection.recv(1024):
                connection.sendall(piece)


@pytest.fixture
def proxy() -> Iterator[TcpProxy]:
    """A good line to an echo."""
    with socket.create_server(("127.0.0.1", 0)) as server, TcpProxy(server.getsockname()[1]) as made:
        Thread(target=_echo, args=(server,), daemon=True).start()
        yield made
        server.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def client(proxy: TcpProxy) -> Iterator[socket.socket]:
    """A connection by which something has come back already."""
    with socket.create_connection(("127.0.0.1", proxy.port), WAIT_SECONDS) as made:
        made.sendall(MESSAGE)
        assert made.recv(1024) == MESSAGE
        yield made


def everything(client: socket.socket) -> bytes:
    """What arrives until the connection ends, in whatever way."""
    arrived = b""
    try:
        while piece := client.recv(1024):
            arrived += piece
    except ConnectionResetError:
        pass
    return arrived


def test_a_slow_line_carries_everything(proxy: TcpProxy, client: socket.socket) -> None:
    proxy.become(Line.SLOW)
    client.sendall(MESSAGE)

    assert client.recv(1024) == MESSAGE


def test_a_stalled_line_carries_everything_once_it_is_good(proxy: TcpProxy, client: socket.socket) -> None:
    proxy.become(Line.STALLED)
    client.sendall(MESSAGE)
    client.settimeout(0.2)
    with pytest.raises(TimeoutError):
        client.recv(1024)

    client.settimeout(WAIT_SECONDS)
    proxy.become(Line.GOOD)

    assert client.recv(1024) == MESSAGE


@pytest.mark.parametrize("line", [Line.HALVED, Line.RESET])
def test_a_cut_line_ends_the_connection_before_everything_has_arrived(
    proxy: TcpProxy, client: socket.socket, line: Line
) -> None:
    proxy.become(line)
    client.sendall(MESSAGE)

    assert len(everything(client)) < len(MESSAGE)
    proxy.become(Line.GOOD)
    with socket.create_connection(("127.0.0.1", proxy.port), WAIT_SECONDS) as another:
        another.sendall(MESSAGE)
        assert another.recv(1024) == MESSAGE


def test_nobody_behind_it_ends_the_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with TcpProxy(port) as proxy, socket.create_connection(("127.0.0.1", proxy.port), WAIT_SECONDS) as client:
        assert everything(client) == b""
