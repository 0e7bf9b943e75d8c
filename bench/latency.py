"""How long an idle system takes from a portal's request to the mail server's acceptance of the email."""

import asyncio
import http.client
import statistics
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter, sleep
from uuid import uuid4

from bench.http import System
from bench.sink import Sink
from tests.servers.ports import free_port

ACCEPTED = 202
# Longer than any hint is held back, and no multiple of what a timer in the product might be set to.
PAUSE_SECONDS = 0.47
LONGEST_SECONDS = 20


class TimingSink(threading.Thread):
    """A mail server on a thread of this process, which notes when it accepted an email."""

    def __init__(self) -> None:
        super().__init__(name="timing sink", daemon=True)
        self.port = free_port()
        self.accepted = threading.Event()
        self.accepted_at = 0.0
        self._listens = threading.Event()

    def run(self) -> None:
        """Take mail until the process ends."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.get_running_loop().create_server(lambda: _Noting(self._took), "127.0.0.1", self.port)
        self._listens.set()
        await server.serve_forever()

    def _took(self) -> None:
        self.accepted_at = perf_counter()
        self.accepted.set()

    def wait(self) -> None:
        """Wait until it listens."""
        self._listens.wait()


class _Noting(Sink):
    def __init__(self, took: Callable[[], None]) -> None:
        super().__init__()
        self._told = took

    def took(self) -> None:
        self._told()


@contextmanager
def timing_sink() -> Iterator[TimingSink]:
    """A timing sink that listens; it ends with the process."""
    sink = TimingSink()
    sink.start()
    sink.wait()
    yield sink


def median(system: System, sink: TimingSink, times: int) -> float:
    """The median in milliseconds, of messages that come one by one to an idle system."""
    connection = http.client.HTTPConnection("127.0.0.1", system.port)
    taken = []
    for _ in range(times):
        sleep(PAUSE_SECONDS)
        sink.accepted.clear()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {system.load.key}"}
        began = perf_counter()
        connection.request("POST", system.load.path, system.load.body, headers | {"Idempotency-Key": str(uuid4())})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == ACCEPTED, answer.status
        assert sink.accepted.wait(LONGEST_SECONDS), "no email came"
        taken.append(sink.accepted_at - began)
    connection.close()
    # The first ones connect and import.
    return statistics.median(taken[times // 4 :]) * 1000
