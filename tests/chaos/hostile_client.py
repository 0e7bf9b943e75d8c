"""What a client can do that means harm: from an address of its own, with a key of another practice than the others."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from random import Random
from threading import Event, Thread

from tests.chaos.stack import Stack

# On Linux all of 127.0.0.0/8 is this machine: processes see another address than that of everybody else.
ADDRESS = "127.0.0.66"
HALF_HEADER = b"POST /v1/messages HTTP/1.1\r\nHost: clinic\r\n"
ENDLESS_HEADERS, HALF_REQUESTS, METRICS_READERS = 3, 300, 24
# More than may wait in all.
HALF_BODIES = 2_100
TIMEOUT_SECONDS = 10


def connect(port: int, address: str = ADDRESS) -> socket.socket:
    """A connection from this address."""
    return socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS, source_address=(address, 0))


@contextmanager
def hold(port: int, count: int, data: bytes, address: str = ADDRESS) -> Iterator[list[socket.socket]]:
    """Keep so many connections open on which this was sent; some of them may be refused."""
    with ExitStack() as exits:
        held = []
        for _ in range(count):
            try:
                connection = exits.enter_context(connect(port, address))
                connection.sendall(data)
            except OSError:
                continue
            held.append(connection)
        yield held


@contextmanager
def _again_and_again(count: int, act: Callable[[], None]) -> Iterator[None]:
    """Do something on so many threads until the context ends, whatever comes of it."""
    stopped = Event()

    def run() -> None:
        while not stopped.is_set():
            try:
                act()
            except OSError:
                stopped.wait(0.01)

    threads = [Thread(target=run, name="hostile client", daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    yield
    stopped.set()
    for thread in threads:
        thread.join(TIMEOUT_SECONDS)


@contextmanager
def hold_half_bodies(port: int, key: str) -> Iterator[list[socket.socket]]:
    """Keep thousands of messages with this key waiting for their last bytes."""
    head = f"Authorization: Bearer {key}\r\nIdempotency-Key: half\r\nContent-Length: 100\r\n\r\n"
    half = HALF_HEADER + head.encode() + b"{"
    # A valid key makes the address one that may have so many connections; until then most would be refused. While
    # other faults last there may be nobody to see it.
    with suppress(OSError), connect(port) as whole:
        whole.sendall(half + b"}" * 99)
        whole.recv(1)
    with hold(port, HALF_BODIES, half) as held:
        yield held


def _port(stack: Stack, random: Random) -> int:
    return random.choice(list(stack.webs))


@contextmanager
def send_endless_headers(stack: Stack, random: Random) -> Iterator[None]:
    """Over a few connections, and new ones when they are cut."""
    port = _port(stack, random)

    def send() -> None:
        with connect(port) as connection:
            connection.sendall(HALF_HEADER + b"X: ")
            while True:
                connection.sendall(b"a" * 65_536)

    with _again_and_again(ENDLESS_HEADERS, send):
        yield


@contextmanager
def send_half_requests(stack: Stack, random: Random) -> Iterator[None]:
    """Hundreds of connections with half a header each."""
    with hold(_port(stack, random), HALF_REQUESTS, HALF_HEADER):
        yield


@contextmanager
def send_half_bodies(stack: Stack, random: Random) -> Iterator[None]:
    """Thousands of messages of another practice that never end."""
    with hold_half_bodies(_port(stack, random), stack.other_key):
        yield


@contextmanager
def read_metrics_all_the_time(stack: Stack, random: Random) -> Iterator[None]:
    """Without a key."""
    port = _port(stack, random)

    def read() -> None:
        with connect(port) as connection:
            connection.sendall(b"GET /metrics HTTP/1.1\r\nHost: clinic\r\nConnection: close\r\n\r\n")
            while connection.recv(65_536):
                pass

    with _again_and_again(METRICS_READERS, read):
        yield
