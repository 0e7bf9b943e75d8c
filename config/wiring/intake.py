"""What the intake needs: it lives in the main process of a worker, beside the sweep."""

from collections.abc import Sequence
from functools import partial
from time import monotonic

from adapters.broker.intake import Intake
from adapters.broker.queue import open_claims
from adapters.documents.messages import parse_item
from config import celery
from config.settings import Mode, read_settings
from config.wiring import resources, worker
from config.wiring.broker_errors import describe_broker
from config.wiring.event_log import METRICS, LoggedEvents
from router.flows.access.keys import Authenticate
from router.flows.patient.accept import Accept
from router.flows.worker.intake import AcceptIntake
from router.operations.quarantine import IntakeMessage

QUEUE = "intake"


def is_wanted(queues: Sequence[str]) -> bool:
    """Whether a worker of these queues runs the intake."""
    if QUEUE not in queues:
        # A worker inside another process goes by other settings than the environment's.
        return False
    settings = read_settings()
    return settings.careroute_intake and settings.mode is Mode.PRODUCTION


def make() -> Intake:
    """Put the intake of this worker together."""
    flows, ids = worker.flows(), resources.RandomIds()
    database, hints = flows.sweep.database, flows.sweep.hints
    accept = Accept(database, hints, ids, resources.InstalledTimeZones(), resources.report_accepting, LoggedEvents())
    take_in = AcceptIntake(database, Authenticate(database, ids), accept, ids, parse_item)
    return Intake(partial(open_claims, flows.settings.broker, celery.REDIS_OPTIONS), partial(_take, take_in), _report)


def _take(take_in: AcceptIntake, arrived: Sequence[IntakeMessage]) -> None:
    begun = monotonic()
    taken = take_in.take(arrived)
    METRICS.batch(QUEUE, len(arrived), monotonic() - begun)
    for item, kept in taken.kept:
        resources.logger.warning("quarantined", id=str(item), practice=kept.practice, reason=kept.reason)


def _report(error: Exception) -> None:
    resources.logger.error("intake interrupted", **describe_broker(error))
