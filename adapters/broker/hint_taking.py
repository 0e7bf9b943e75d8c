"""The loop that takes hints, whatever the broker contains or refuses."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from threading import Event

from adapters.broker.hint_queues import HintQueues
from adapters.broker.hint_reading import Reading
from adapters.broker.outages import Report, outlast

# Keeps the time that a worker needs to stop short.
LONGEST_WAIT_SECONDS = 1

Open = Callable[[], AbstractContextManager[HintQueues]]
# Waits up to this many seconds for a free pool process, and returns whether there is one.
HasRoom = Callable[[float], bool]
Begin = Callable[[str], None]
Drop = Callable[[str, str], None]


class HintTaking:
    """Takes a hint whenever a pool process is free and starts the queue's task.

    Invalid and expired items are dropped, with queue and reason, before anything else happens to them.
    """

    def __init__(self, open_queues: Open, has_room: HasRoom, begin: Begin, drop: Drop, report: Report) -> None:
        self._open_queues = open_queues
        self._has_room = has_room
        self._begin = begin
        self._drop = drop
        self._report = report

    def run(self, stopped: Event) -> None:
        """Run until stopped."""
        outlast(lambda: self._turns(stopped), self._report, stopped)

    def _turns(self, stopped: Event) -> Iterator[None]:
        with self._open_queues() as queues:
            while not stopped.is_set():
                if self._has_room(LONGEST_WAIT_SECONDS) and not stopped.is_set():
                    self._take(queues)
                    yield

    def _take(self, queues: HintQueues) -> None:
        taken = queues.take(LONGEST_WAIT_SECONDS)
        if taken is None:
            return
        queue, reading = taken
        if reading is Reading.CURRENT:
            self._begin(queue)
        else:
            self._drop(queue, reading.value)
