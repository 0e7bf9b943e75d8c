"""Portal frontends that write at a given rate, whether they are answered or not, as patients do.

`python -m bench.stream BODY-FILE PORT PATH RATE SECONDS KEY` sends RATE requests a second, each over a connection that
is free, or a new one, and prints as JSON what was answered. It is a process of its own, as bench.load is.
"""

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import cast

import uvloop

from bench.load import answer_in, request_head, request_with, run_apart

TICK_SECONDS = 0.005
LOST = 0


@dataclass(frozen=True, slots=True)
class Stream:
    """What to send: to which port and path, how many a second, for how long."""

    port: int
    path: str
    body: bytes
    rate: float
    seconds: float
    key: str


@dataclass(frozen=True, slots=True)
class Heard:
    """How many heard one status, after how many seconds, and how many of them were told when to come again."""

    count: int
    median_seconds: float
    slowest_seconds: float
    with_retry_after: int


class _Connection(asyncio.Protocol):
    """Sends one request at a time, and waits for its answer."""

    def __init__(self) -> None:
        self._buffer = b""
        self.is_open = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    async def ask(self, request: bytes) -> tuple[int, bool]:
        """The status, and whether there was a Retry-After; LOST where the connection ended instead."""
        self._answer: asyncio.Future[tuple[int, bool]] = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        answer = answer_in(self._buffer)
        if answer is not None:
            self._buffer = b""
            status, headers = answer
            self._answer.set_result((status, b"\r\nretry-after:" in headers))

    def connection_lost(self, _error: Exception | None) -> None:
        self.is_open = False
        if hasattr(self, "_answer") and not self._answer.done():
            self._answer.set_result((LOST, False))


class _Frontends:
    """All that write, and what they heard: status, Retry-After and seconds of each."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._head = request_head(stream.path, len(stream.body), stream.key)
        self._free: list[_Connection] = []
        self.heard: list[tuple[int, bool, float]] = []

    async def run(self) -> None:
        """Send at the rate, then wait for every answer."""
        tasks: set[asyncio.Task[None]] = set()
        began, sent = perf_counter(), 0
        while (gone := perf_counter() - began) < self._stream.seconds:
            for _ in range(int(gone * self._stream.rate) - sent):
                sent += 1
                task = asyncio.create_task(self._write())
                tasks.add(task)
                task.add_done_callback(tasks.discard)
            await asyncio.sleep(TICK_SECONDS)
        await asyncio.gather(*tasks)

    async def _write(self) -> None:
        began = perf_counter()
        try:
            connection = await self._connect()
            status, told = await connection.ask(request_with(self._head, self._stream.body))
        except OSError:
            status, told = LOST, False
        else:
            if status != LOST:
                self._free.append(connection)
        self.heard.append((status, told, perf_counter() - began))

    async def _connect(self) -> _Connection:
        """A connection that is free and was not closed meanwhile, or a new one."""
        while self._free:
            free = self._free.pop()
            if free.is_open:
                return free
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(_Connection, "127.0.0.1", self._stream.port)
        return connection


def stream_apart(stream: Stream, folder: Path, environment: Mapping[str, str]) -> dict[int, Heard]:
    """Send from a process of its own; what was heard, by status."""
    arguments = [stream.port, stream.path, stream.rate, stream.seconds, stream.key]
    said = run_apart("bench.stream", stream.body, arguments, folder, environment)
    return {int(status): Heard(**values) for status, values in said.items()}


def _main() -> None:
    body, port, path, rate, seconds, key = sys.argv[1:]
    frontends = _Frontends(Stream(int(port), path, Path(body).read_bytes(), float(rate), float(seconds), key))
    uvloop.run(frontends.run())
    found = {}
    for wanted in {status for status, _, _ in frontends.heard}:
        seconds_of = [taken for status, _, taken in frontends.heard if status == wanted]
        told = sum(told for status, told, _ in frontends.heard if status == wanted)
        found[wanted] = asdict(Heard(len(seconds_of), median(seconds_of), max(seconds_of), told))
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    _main()
