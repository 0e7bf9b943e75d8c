"""The worker's consumer, in place of Celery's: nothing that the broker contains or refuses ends the process.

Hints are taken on a separate thread. Their tasks are started in the main thread, whose event loop drives the pool.
"""

from collections.abc import Callable
from functools import partial
from threading import Event, Thread
from typing import Any

from celery.worker import state

from config.celery import app
from config.wiring import worker
from tasks.hint_request import HintRequest
from tasks.room import Room

LOOK_SECONDS = 1.0
# Longer than a blocking read of the hint queues.
STOP_SECONDS = 2.0


class HintConsumer:
    """Implements what a worker expects of its consumer (celery.worker.components.Consumer)."""

    # Read by Celery's cold shutdown.
    connection = None
    task_consumer = None

    def __init__(
        self,
        on_task_request: Callable[[HintRequest], object],
        *,
        init_callback: Callable[[object], object],
        controller: Any,  # noqa: ANN401 - a worker, whose attributes are untyped.
        **_: object,
    ) -> None:
        self.pool = controller.pool
        self._process = on_task_request
        self._say_ready = init_callback
        self._controller = controller
        self._room = Room(controller.concurrency)
        self._stopped = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Run until the worker is asked to stop. Raises WorkerShutdown or WorkerTerminate, as Celery expects."""
        hub = self._controller.hub
        self._controller.register_with_event_loop(hub)
        hub.call_repeatedly(LOOK_SECONDS, self._room.forget_lost)
        self._say_ready(self)
        taking = worker.take_hints(list(app.amqp.queues.consume_from), self._room.wait, self._begin)
        self._thread = Thread(target=taking.run, args=(self._stopped,), name="hints taken", daemon=True)
        self._thread.start()
        loop = hub.create_loop()
        while True:
            state.maybe_shutdown()
            try:
                next(loop)
            except StopIteration:
                loop = hub.create_loop()

    def _begin(self, queue: str) -> None:
        """Hand a task over from the taking thread to the main thread."""
        request = HintRequest(queue, self._room, self._controller.hostname)
        self._controller.hub.call_soon(partial(self._process, request))

    def close(self) -> None:
        """Take no more hints."""
        self._stopped.set()

    def stop(self) -> None:
        """Take no more hints, and wait for the one being taken."""
        self.close()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    terminate = stop

    def shutdown(self) -> None:
        """Nothing is left to close."""

    def cancel_active_requests(self) -> None:
        """Do nothing: the pool ends its tasks."""
