"""The sweep: it runs on a timer in every worker process, so everything arrives even if all hints are lost."""

from collections.abc import Mapping
from dataclasses import dataclass

from router.coverage.ladders import WATCHED_EVERY
from router.flows.worker.escalate import Escalate
from router.flows.worker.hand_over import HandOverAbsent
from router.flows.worker.notify import Notify
from router.flows.worker.quarantine import PurgeQuarantine
from router.flows.worker.route import Route
from router.ports.services import Hints
from router.ports.unit_of_work import Database

MOST_HINTS = 64
# In one turn, of the runs that nothing would look at again.
MOST_WATCHED = 500


@dataclass(frozen=True, slots=True)
class Sweep:
    """Publishes hints for the backlog and does one batch of each kind itself."""

    database: Database
    hints: Hints
    route: Route
    notify: Notify
    escalate: Escalate
    absences: HandOverAbsent
    quarantine: PurgeQuarantine
    worker: str
    queues: str

    def hint(self) -> Mapping[str, int]:
        """Publish as many hints as the backlog has batches, and record a sign of life; returns the numbers by kind."""
        with self.database.begin() as work:
            backlog = {one.queue: one.waiting for one in work.operations.backlog(None)}
            work.routing.look_at_all()
            work.notifications.look_at_all()
            work.ladders.look_at_all()
            work.ladders.watch(WATCHED_EVERY, MOST_WATCHED)
            work.operations.seen(self.worker, self.queues)
            work.commit()
        batches = {
            "route": _batches(backlog.get("route", 0), self.route.batch),
            "notify": _batches(backlog.get("notify", 0), self.notify.batch),
            "escalate": _batches(backlog.get("escalate", 0), self.escalate.batch),
        }
        if batches["route"]:
            # They would carry out nothing while messages wait.
            batches["escalate"] = 0
        self.hints.burst(batches)
        return batches

    def leave(self) -> None:
        """Remove this worker from the status, because it is stopping."""
        with self.database.begin() as work:
            work.operations.left(self.worker)
            work.commit()


def _batches(waiting: int, batch: int) -> int:
    return min(MOST_HINTS, -(-waiting // batch))
