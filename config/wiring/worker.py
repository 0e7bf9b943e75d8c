"""What a worker process needs: made once in each process, after the fork, when the first task asks."""

import atexit
import os
import shutil
import socket
from dataclasses import dataclass
from functools import partial
from threading import Lock
from time import monotonic

from adapters.email.smtp import SmtpMailer
from adapters.metrics.listener import listen
from config import celery, memory
from config.logging import describe
from config.settings import Mode, Settings, read_settings
from config.wiring import rooms, secret
from config.wiring.journal import NUMBERS, LoggedJournal
from router.flows.hand_over import HandOverAbsent
from router.flows.notify import Notify
from router.flows.quarantine import PurgeQuarantine
from router.flows.route import Route
from router.flows.sweep import Sweep
from router.ports import Database, Hints

SWEEP_SECONDS = {Mode.EMBEDDED: 1.0, Mode.SINGLE: 1.0, Mode.PRODUCTION: 5.0}


@dataclass(frozen=True, slots=True)
class RouteBatches:
    """Routing, measured."""

    flow: Route

    def run(self) -> None:
        """Route one batch; an empty one is not measured, since an idle sweep would hide the others."""
        begun = monotonic()
        done = self.flow.run()
        size = done.routed + done.parked + done.failed
        if size:
            NUMBERS.batch("route", size, monotonic() - begun)


@dataclass(frozen=True, slots=True)
class NotifyBatches:
    """Notifying, measured."""

    flow: Notify

    def run(self) -> None:
        """Send one batch; an empty one is not measured."""
        begun = monotonic()
        done = self.flow.run()
        size = done.sent + done.suppressed + done.parked + done.waiting
        if size:
            NUMBERS.batch("notify", size, monotonic() - begun)


@dataclass(frozen=True, slots=True)
class WorkerFlows:
    """The flows that tasks call."""

    route: RouteBatches
    notify: NotifyBatches
    sweep: Sweep
    mailer: SmtpMailer
    # Of a worker inside another process they are not what the environment says.
    settings: Settings


_lock = Lock()
_made: dict[int, WorkerFlows] = {}


def flows() -> WorkerFlows:
    """The flows of this process."""
    with _lock:
        made = _made.get(os.getpid())
        if made is None:
            settings = read_settings()
            hints = rooms.hints(settings)
            queues = ",".join(celery.app.amqp.queues.consume_from)
            made = make(settings, rooms.database(settings), hints, _relay(settings), queues)
            _made.clear()
            _made[os.getpid()] = made
            memory.settle()
        return made


def use(made: WorkerFlows) -> None:
    """Let the tasks of this process call these flows: for a worker inside another process."""
    with _lock:
        _made.clear()
        _made[os.getpid()] = made


def make(settings: Settings, database: Database, hints: Hints, relay: str, queues: str = "route,notify") -> WorkerFlows:
    """Put the flows of a worker together."""
    journal = LoggedJournal()
    ids = rooms.RandomIds()
    mailer = rooms.mailer(settings, relay)
    route = Route(database, hints, ids, rooms.report_routing, journal=journal)
    link = partial(rooms.link, settings, secret.link_tokens(settings))
    notify = Notify(database, hints, ids, mailer, link, journal=journal)
    name = f"{socket.gethostname()}:{os.getpid()}"
    absences = HandOverAbsent(database, hints, ids)
    sweep = Sweep(database, hints, route, notify, absences, PurgeQuarantine(database), name, queues)
    return WorkerFlows(RouteBatches(route), NotifyBatches(notify), sweep, mailer, settings)


def _relay(settings: Settings) -> str:
    """The relay's URL; where mail is to be caught, that of a catcher of this process."""
    if settings.relay is not None:
        return settings.relay
    catcher = rooms.catcher(settings)
    return f"smtp://127.0.0.1:{catcher.start()}" if catcher else ""


def sweep_seconds() -> float:
    """How long the sweep waits between two turns."""
    return SWEEP_SECONDS[flows().settings.mode]


def report_failure(what: str, error: Exception) -> None:
    """Say that a turn of the sweep failed."""
    rooms.logger.error("sweep failed", turn=what, **describe(error))


def tell_numbers() -> None:
    """Tell this worker's numbers over HTTP, where a port is set; work goes on where it can't be had."""
    settings = flows().settings
    if settings.metrics_port is None:
        return
    if settings.prometheus_multiproc_dir is not None:
        # Children end without coming by here.
        atexit.register(shutil.rmtree, settings.prometheus_multiproc_dir, ignore_errors=True)
    try:
        listen(settings.metrics_host, settings.metrics_port, NUMBERS.text)
    except OSError as error:
        rooms.logger.error("metrics not served", port=settings.metrics_port, **describe(error))


def stop() -> None:
    """Let running sends end and return the rest."""
    made = _made.get(os.getpid())
    if made is not None:
        made.mailer.stop()


def close() -> None:
    """Take leave of the mail server."""
    made = _made.pop(os.getpid(), None)
    if made is not None:
        made.mailer.close()
