"""How a worker ends. On SIGTERM nothing new is begun, running batches end, and what they have not begun goes back.

Celery's own warm shutdown waits for tasks however long they take and knows nothing of their insides; its soft one tells
nobody before the time is over, and a second signal ends neither. So the children of the pool are told here, and time is
limited here. A second SIGTERM ends everything at once: leases and row locks make good what was under way.
"""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Timer
from typing import NoReturn

from billiard.process import active_children
from celery import signals

from config.celery import STOP_SECONDS
from config.wiring import worker

# From the main process to the children, who leave SIGTERM and SIGUSR1 to Celery.
TOLD = signal.SIGUSR2
# For recording what was cut, and for taking leave.
LAST_SECONDS = 10

_begun = Event()


@signals.worker_shutting_down.connect
def stop(sig: str | None = None, **_: object) -> None:
    """A signal came to the main process. A worker inside another process ends without one, together with it."""
    if sig is None:
        return
    if _begun.is_set():
        _end_at_once(128 + signal.SIGTERM)
    _begun.set()
    _signal_children(TOLD)
    _wind_down()
    _later(STOP_SECONDS + LAST_SECONDS, lambda: _end_at_once(1))


@signals.worker_process_init.connect
def listen(**_: object) -> None:
    """A child of the pool hears from the main process."""
    signal.signal(TOLD, lambda *_: _wind_down())


def _wind_down() -> None:
    worker.stop()
    _later(STOP_SECONDS, worker.interrupt)


def _later(seconds: float, act: Callable[[], None]) -> None:
    timer = Timer(seconds, act)
    timer.daemon = True
    timer.start()


def _signal_children(number: signal.Signals) -> None:
    for child in active_children():
        with suppress(ProcessLookupError):
            if child.pid is not None:
                os.kill(child.pid, number)


def _end_at_once(code: int) -> NoReturn:
    _signal_children(signal.SIGKILL)
    os._exit(code)
