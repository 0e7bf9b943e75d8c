"""The intake of messages that frontends enqueue, on a thread of the worker's main process."""

from threading import Event, Thread

from config.wiring import intake

# A batch that is still running after this long is taken again by another worker.
STOP_SECONDS = 5


class IntakeThread:
    """Takes in messages until it is stopped."""

    def __init__(self) -> None:
        self._stopped = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Start with the first batch at once."""
        self._stopped.clear()
        self._thread = Thread(target=intake.make().run, args=(self._stopped,), name="intake", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Begin no further batch."""
        self._stopped.set()

    def stop(self) -> None:
        """Begin no further batch and wait for the running one, for `STOP_SECONDS` at most."""
        self.end()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)


INTAKE = IntakeThread()
