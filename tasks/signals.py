"""How a worker handles signals. On SIGTERM it begins nothing new, lets running batches end, and returns the rest.

Celery's own warm shutdown waits for tasks however long they take and knows nothing of their insides; its soft one
warns no task before the time is over, and a second signal ends neither. So the pool's children are signalled here, and
the time is limited here. A second SIGTERM ends everything at once: leases and row locks make good what was under way.
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
from config.wiring.stacks import write_stacks_when_asked
from tasks.intake import INTAKE
from tasks.sweep import SWEEPER

# From the main process to the children, which leave SIGTERM and SIGUSR1 to Celery.
STOP_CHILD = signal.SIGUSR2
# For recording the sends that were cut, and for closing connections.
LAST_SECONDS = 10

# As of nohup, when the process started.
_ignores_hang_up = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
_begun = Event()


# Before the other receiver, which takes longer: a second signal may come at once.
@signals.worker_shutting_down.connect
def stop(sig: str | None = None, **_: object) -> None:
    """The main process got a signal. A worker inside another process gets none: it stops with that process."""
    if sig is None:
        return
    if _begun.is_set():
        _end_at_once(128 + signal.SIGTERM)
    _begun.set()
    _signal_children(STOP_CHILD)
    _wind_down()
    _later(STOP_SECONDS + LAST_SECONDS, lambda: _end_at_once(1))


@signals.worker_shutting_down.connect
def begin_nothing_new(**_: object) -> None:
    """The sweep, the intake and the mailer finish what is running and start nothing else."""
    worker.stop()
    SWEEPER.end()
    INTAKE.end()


@signals.worker_process_init.connect
def listen(**_: object) -> None:
    """A child of the pool stops when the main process signals it."""
    signal.signal(STOP_CHILD, lambda *_: _wind_down())


def replace_celerys() -> None:
    """Handle two signals of the main process as all of Careroute's processes do.

    Celery would restart on SIGHUP by a command that it can't start again, and write the values of all variables to the
    log on SIGUSR1.
    """
    hang_up = signal.SIG_IGN if _ignores_hang_up else lambda *_: os.kill(os.getpid(), signal.SIGTERM)
    signal.signal(signal.SIGHUP, hang_up)
    write_stacks_when_asked()


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
