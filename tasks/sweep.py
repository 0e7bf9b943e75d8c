"""The sweep on its timer, in every worker process and never through the broker."""

from collections.abc import Callable
from threading import Event, Thread

from config.celery import STOP_SECONDS
from config.wiring import worker


def sweep_routing() -> None:
    """Publish hints for the backlog, move what absences leave unread, and do one batch of everything but emails."""
    flows = worker.flows()
    flows.sweep.hint()
    flows.sweep.absences.run()
    flows.only_route.run()
    flows.escalate.run()
    flows.sweep.quarantine.run()
    flows.drafts.run()
    flows.undos.run()
    flows.words.run()


def sweep_notifications() -> None:
    """Send one batch; on a timer of its own, since a slow mail server must not delay routing."""
    worker.flows().notify.run()


class Sweeper:
    """Runs both until it is stopped; what fails is reported and tried again at the next turn."""

    def __init__(self) -> None:
        self._stopped = Event()
        self._threads: list[Thread] = []
        self._seconds = 0.0

    def start(self) -> None:
        """Begin with the first turn at once."""
        self._stopped.clear()
        self._seconds = worker.sweep_seconds()
        self._threads = [
            Thread(target=self._repeat, args=(turn,), name=turn.__name__, daemon=True)
            for turn in (sweep_routing, sweep_notifications)
        ]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Begin no further turn."""
        self._stopped.set()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Begin no further turn and wait for the running ones, no longer than this for each."""
        self.end()
        for thread in self._threads:
            thread.join(seconds)

    def _repeat(self, turn: Callable[[], None]) -> None:
        while not self._stopped.is_set():
            with worker.reporting(turn.__name__):
                turn()
            self._stopped.wait(self._seconds)


SWEEPER = Sweeper()
