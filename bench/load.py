"""A portal frontend that writes as fast as it is answered, over connections that stay open.

`python -m bench.load BODY-FILE PORT PATH CONNECTIONS COUNT KEY`: sends COUNT requests and prints as JSON how many were
answered with 202, how many with 503, and how long it took. It is a process of its own, so that it shares no
interpreter with what is measured.
"""

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, cast
from uuid import uuid4

import uvloop

END_OF_HEADERS = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Load:
    """What to send: to which port and path, over how many connections, how often."""

    port: int
    path: str
    body: bytes
    connections: int
    count: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """How many were answered with which status, in how many seconds, and when the first one was sent.

    The moment is one of `perf_counter`, which all processes of a machine share on Linux.
    """

    statuses: dict[int, int]
    seconds: float
    began: float

    @property
    def accepted_a_second(self) -> float:
        """Requests that were answered with 202, in a second."""
        return self.statuses.get(202, 0) / self.seconds


def request_head(path: str, length: int, key: str) -> bytes:
    """The first lines of every request, up to the name of the last header."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {key}\r\nContent-Length: {length}\r\nIdempotency-Key: "
    ).encode()


def request_with(head: bytes, body: bytes) -> bytes:
    """A request with an idempotency key of its own."""
    return head + str(uuid4()).encode() + END_OF_HEADERS + body


def answer_in(received: bytes) -> tuple[int, bytes] | None:
    """The status and the headers, in small letters, of the answer that was received; None while it isn't complete."""
    head, found, rest = received.partition(END_OF_HEADERS)
    if not found:
        return None
    headers = head.lower()
    length = next(int(line[15:]) for line in headers.split(b"\r\n") if line.startswith(b"content-length:"))
    return (int(head[9:12]), headers) if len(rest) >= length else None


class _Writer(asyncio.Protocol):
    """One connection: sends the next request when the answer to the last one is complete."""

    def __init__(self, sending: "_Sending") -> None:
        self._sending = sending
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        answer = answer_in(self._buffer)
        if answer is None:
            return
        self._buffer = b""
        self._sending.answered(answer[0])
        self._next()

    def connection_lost(self, _error: Exception | None) -> None:
        self._sending.lost()

    def _next(self) -> None:
        request = self._sending.take()
        if request is None:
            self._transport.close()
        else:
            self._transport.write(request)


class _Sending:
    """What all connections share."""

    def __init__(self, load: Load) -> None:
        self._left = load.count
        self._open = load.connections
        self._body = load.body
        self._head = request_head(load.path, len(load.body), load.key)
        self.statuses: Counter[int] = Counter()
        self.ended = asyncio.Event()

    def take(self) -> bytes | None:
        if not self._left:
            return None
        self._left -= 1
        return request_with(self._head, self._body)

    def answered(self, status: int) -> None:
        self.statuses[status] += 1

    def lost(self) -> None:
        self._open -= 1
        if not self._open:
            self.ended.set()


async def send(load: Load) -> Answered:
    """Send everything."""
    loop, sending = asyncio.get_running_loop(), _Sending(load)
    began = perf_counter()
    for _ in range(load.connections):
        await loop.create_connection(lambda: _Writer(sending), "127.0.0.1", load.port)
    await sending.ended.wait()
    return Answered(dict(sending.statuses), perf_counter() - began, began)


def send_apart(load: Load, folder: Path, environment: Mapping[str, str]) -> Answered:
    """Send everything from a process of its own."""
    arguments = [load.port, load.path, load.connections, load.count, load.key]
    said = run_apart("bench.load", load.body, arguments, folder, environment)
    statuses = {int(status): count for status, count in said["statuses"].items()}
    return Answered(statuses, said["seconds"], said["began"])


def run_apart(
    module: str, body: bytes, arguments: Sequence[object], folder: Path, environment: Mapping[str, str]
) -> Any:  # noqa: ANN401 - JSON is what it is.
    """What a module prints as JSON that is run with the name of a file with this body and then these arguments."""
    file = folder / "body.json"
    file.write_bytes(body)
    command = [sys.executable, "-m", module, str(file), *map(str, arguments)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, env=dict(environment)).stdout)


def _main() -> None:
    body, port, path, connections, count, key = sys.argv[1:]
    load = Load(int(port), path, Path(body).read_bytes(), int(connections), int(count), key)
    answered = uvloop.run(send(load))
    sys.stdout.write(json.dumps(asdict(answered)))


if __name__ == "__main__":
    _main()
