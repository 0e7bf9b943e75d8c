"""What a worker process needs: made once in each process, after the fork, when the first task asks."""

import atexit
import os
import shutil
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock

from adapters.broker.hint_taking import Begin, HasRoom, HintTaking
from adapters.broker.hints import QUEUES as HINTED
from adapters.email.smtp import SmtpMailer
from config import celery, garbage_collection
from config.logging import describe
from config.settings import Mode, Settings, read_settings
from config.wiring import outbound, resources, secret
from config.wiring.batches import EscalateBatches, NotifyBatches, RouteBatches
from config.wiring.event_log import METRICS, LoggedEvents
from router.flows.administrator.roster_steps import ApplyRoster
from router.flows.worker.drafts import PurgeDrafts
from router.flows.worker.escalate import Escalate
from router.flows.worker.fold_names import FoldNames
from router.flows.worker.hand_over import HandOverAbsent
from router.flows.worker.index_words import IndexWords
from router.flows.worker.ladder_changes import FollowLadderChanges
from router.flows.worker.leavers import ReturnFromLeavers
from router.flows.worker.notify import Notify
from router.flows.worker.overdue import TellOverdue
from router.flows.worker.paced_steps import PacedSteps
from router.flows.worker.quarantine import PurgeQuarantine
from router.flows.worker.route import Route
from router.flows.worker.sweep import Sweep
from router.flows.worker.undo import PurgeUndos
from router.ports.services import Hints
from router.ports.unit_of_work import Database

# Of a worker within another process.
QUEUES = "route,notify,escalate"
SWEEP_SECONDS = {Mode.EMBEDDED: 1.0, Mode.SINGLE: 1.0, Mode.PRODUCTION: 5.0}


@dataclass(frozen=True, slots=True)
class WorkerFlows:
    """The flows that tasks call."""

    route: RouteBatches
    # Without sending: the sweep's.
    only_route: RouteBatches
    notify: NotifyBatches
    escalate: EscalateBatches
    sweep: Sweep
    drafts: PurgeDrafts
    undos: PurgeUndos
    words: IndexWords
    changes: FollowLadderChanges
    overdue: TellOverdue
    leavers: ReturnFromLeavers
    roster_steps: ApplyRoster
    names: FoldNames
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
            hints = outbound.hints(settings)
            queues = ",".join(celery.app.amqp.queues.consume_from)
            database = resources.database(settings, resources.logged_outage())
            made = make(settings, database, hints, _relay(settings), queues)
            _made.clear()
            _made[os.getpid()] = made
            garbage_collection.settle()
        return made


def use(made: WorkerFlows) -> None:
    """Let the tasks of this process call these flows: for a worker inside another process."""
    with _lock:
        _made.clear()
        _made[os.getpid()] = made


def make(settings: Settings, database: Database, hints: Hints, relay: str, queues: str = QUEUES) -> WorkerFlows:
    """Put the flows of a worker together."""
    event_log = LoggedEvents()
    ids = resources.RandomIds()
    mailer = outbound.mailer(settings, relay)
    zones = resources.InstalledTimeZones()
    route = Route(database, hints, ids, zones, outbound.report_routing, event_log=event_log)
    escalate = Escalate(database, hints, ids, zones, outbound.report_escalating)
    link = partial(outbound.link, settings, secret.link_tokens(settings))
    notify = Notify(
        database,
        hints,
        ids,
        mailer,
        link,
        partial(outbound.unsubscribe_link, settings, secret.unsubscribe_tokens(settings)),
        outbound.report_building,
        lease_seconds=settings.smtp_send_seconds * outbound.LEASE_SHARE,
        event_log=event_log,
    )
    name = f"{socket.gethostname()}:{os.getpid()}"
    notified = NotifyBatches(notify)
    # The sweep leaves emails to its other thread.
    routed = replace(route, courier=notified) if "notify" in queues.split(",") else route
    absences = HandOverAbsent(database, hints, ids, outbound.report_sweeping)
    sweep = Sweep(database, hints, route, notify, escalate, absences, PurgeQuarantine(database), name, queues)
    batches = RouteBatches(routed), RouteBatches(route), notified, EscalateBatches(PacedSteps(escalate))
    purges = PurgeDrafts(database), PurgeUndos(database), IndexWords(database)
    in_time = FollowLadderChanges(escalate), TellOverdue(database, hints, ids, zones, outbound.report_sweeping)
    leavers = ReturnFromLeavers(database, hints, ids, outbound.report_sweeping)
    rosters = ApplyRoster(database, hints, ids), FoldNames(database)
    return WorkerFlows(*batches, sweep, *purges, *in_time, leavers, *rosters, mailer, settings)


def _relay(settings: Settings) -> str:
    """The relay's URL; where mail is to be caught, that of a catcher of this process."""
    if settings.relay is not None:
        return settings.relay
    catcher = outbound.catcher(settings)
    return f"smtp://127.0.0.1:{catcher.start()}" if catcher else ""


def sweep_seconds() -> float:
    """How long the sweep waits between two turns."""
    return SWEEP_SECONDS[flows().settings.mode]


@contextmanager
def reporting(what: str) -> Iterator[None]:
    """Report what fails instead of raising it: the next turn or hint makes up for it.

    Celery would log the text of the error, and a database's error quotes the row that it refuses.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, it is reported by its class.
        resources.logger.error("batch failed", batch=what, **describe(error))


def take_hints(queues: Sequence[str], has_room: HasRoom, begin: Begin) -> HintTaking:
    """The loop that takes hints for this worker's queues, except the intake, which has a consumer of its own."""
    return outbound.take_hints(flows().settings, [queue for queue in queues if queue in HINTED], has_room, begin)


def leave() -> None:
    """Remove this worker from the status. If that fails, it disappears after 30 seconds."""
    made = _made.get(os.getpid())
    if made is None:
        return
    # A worker must be able to stop without a database.
    with reporting("leave"):
        made.sweep.leave()


def serve_metrics() -> None:
    """Serve this worker's metrics over HTTP, where a port is set; the worker goes on where it is taken."""
    settings = flows().settings
    if settings.metrics_port is None:
        return
    if settings.prometheus_multiproc_dir is not None:
        # Children end without coming by here.
        atexit.register(shutil.rmtree, settings.prometheus_multiproc_dir, ignore_errors=True)
    try:
        METRICS.serve(settings.metrics_host, settings.metrics_port)
    except OSError as error:
        resources.logger.error("metrics not served", port=settings.metrics_port, **describe(error))


def stop() -> None:
    """Let running sends end and return the rest."""
    made = _made.get(os.getpid())
    if made is not None:
        made.mailer.stop()


def interrupt() -> None:
    """Cut sends that are still running, so that their batch ends; each is recorded as one that may have arrived."""
    made = _made.get(os.getpid())
    if made is not None:
        made.mailer.close()


def close() -> None:
    """Take leave of the mail server."""
    made = _made.pop(os.getpid(), None)
    if made is not None:
        made.mailer.close()
