"""The sweep on its timer, in every worker process and never through the broker."""

from collections.abc import Callable, Mapping
from threading import Event, Thread

from config.celery import STOP_SECONDS
from config.wiring import worker


def sweep_routing() -> None:
    """Publish hints for the backlog, move what absences leave unread, and do one batch of everything but emails."""
    flows = worker.flows()
    _each(
        {
            "hint": flows.sweep.hint,
            "absences": flows.sweep.absences.run,
            "route": flows.only_route.run,
            "escalate": lambda: flows.escalate.swept(_goes_on),
            "quarantine": flows.sweep.quarantine.run,
            "drafts": flows.drafts.run,
            "undos": flows.undos.run,
            "words": flows.words.run,
            "changes": flows.changes.run,
        }
    )


def sweep_notifications() -> None:
    """Send one batch; on a timer of its own, since a slow mail server must not delay routing."""
    worker.flows().notify.run()


def sweep_rosters() -> None:
    """Go on with what has come in of rosters, and with what leavers had, on a timer of its own: both take minutes."""
    flows = worker.flows()
    _each(
        {
            "leavers": lambda: flows.leavers.run(_goes_on),
            "rosters": lambda: flows.roster_steps.run(_goes_on),
            "names": lambda: flows.names.run(_goes_on),
        }
    )


def _each(parts: Mapping[str, Callable[[], object]]) -> None:
    """Run the parts of a turn; one that fails is reported by its name, and keeps none of the others from running."""
    for name, part in parts.items():
        if not _goes_on():
            return
        with worker.reporting(name):
            part()


def _goes_on() -> bool:
    return not SWEEPER.is_ending


def sweep_practices() -> None:
    """Tell administrators what is overdue; practices are gone through one by one, so not often."""
    worker.flows().overdue.run()


PRACTICES_SECONDS = 600.0


class Sweeper:
    """Runs all of them until it is stopped; what fails is reported and tried again at the next turn."""

    def __init__(self) -> None:
        self._stopped = Event()
        self._threads: list[Thread] = []

    @property
    def is_ending(self) -> bool:
        """Whether nothing further is to begin."""
        return self._stopped.is_set()

    def start(self) -> None:
        """Begin with the first turn at once."""
        self._stopped.clear()
        seconds = worker.sweep_seconds()
        turns = (
            (sweep_routing, seconds),
            (sweep_notifications, seconds),
            (sweep_rosters, seconds),
            (sweep_practices, PRACTICES_SECONDS),
        )
        self._threads = [
            Thread(target=self._repeat, args=(turn, pause), name=turn.__name__, daemon=True) for turn, pause in turns
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

    def _repeat(self, turn: Callable[[], None], seconds: float) -> None:
        while not self._stopped.is_set():
            with worker.reporting(turn.__name__):
                turn()
            self._stopped.wait(seconds)


SWEEPER = Sweeper()
