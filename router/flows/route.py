"""Routing: claimed in batches, resolved in memory, written in bulk, committed once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from router.answers import EventKind, NewEvent
from router.cascade import resolve
from router.errors import UnavailableError, UnknownOutcomeError
from router.flows.hand_over import new_delivery
from router.journal import SILENCE, Journal
from router.message import ParkedReason
from router.ports import Database, Hints, Ids, UnitOfWork
from router.records import Claim, ClaimedMessage, Routed

BATCH = 500
SHARE = 250
PARK_AFTER = 3
RETRY_AFTER = timedelta(seconds=2)
# Nothing that a message could be charged with: all of the batch waits for the next turn.
DATABASE_TROUBLE = (UnavailableError, UnknownOutcomeError)


@dataclass(frozen=True, slots=True)
class RoutedBatch:
    """What one batch did; `more` says that work is probably left."""

    routed: int = 0
    parked: int = 0
    failed: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """Puts accepted messages into inboxes."""

    database: Database
    hints: Hints
    ids: Ids
    report: Callable[[str, str, Exception], None]
    batch: int = BATCH
    share: int = SHARE
    journal: Journal = SILENCE

    def run(self) -> RoutedBatch:
        """Route one batch; when it fails as a whole, each of its messages is tried on its own."""
        claimed: list[Claim] = []
        try:
            with self.database.begin() as work:
                claimed = work.routing.claim(self.batch, self.share)
                routed = self._resolve(work, work.routing.read(claimed))
                _store(work, routed)
                work.commit()
        except Exception as error:
            if not claimed or isinstance(error, DATABASE_TROUBLE):
                raise
            self.report("a batch", str(len(claimed)), error)
            return self._singly(claimed)
        return self._done(routed, more=len(claimed) >= min(self.batch, self.share))

    def _done(self, routed: Sequence[Routed], *, more: bool) -> RoutedBatch:
        self.journal.routed(routed)
        delivered = sum(1 for one in routed if one.deliveries)
        if delivered:
            self.hints.notify()
        if more:
            self.hints.route()
        return RoutedBatch(routed=delivered, parked=len(routed) - delivered, more=more)

    def _singly(self, claimed: Sequence[Claim]) -> RoutedBatch:
        total = RoutedBatch()
        for one in claimed:
            done = self._one(one)
            total = RoutedBatch(total.routed + done.routed, total.parked + done.parked, total.failed + done.failed)
        return total

    def _one(self, one: Claim) -> RoutedBatch:
        try:
            with self.database.begin() as work:
                again = work.routing.claim_one(one.practice, one.message)
                routed = self._resolve(work, work.routing.read([again] if again else []))
                _store(work, routed)
                work.commit()
        except DATABASE_TROUBLE:
            raise
        except Exception as error:  # noqa: BLE001 - one message must harm no other; it is counted and parked.
            self.report(one.practice, str(one.message), error)
            with self.database.begin() as work:
                parked = work.routing.count_failure(one.practice, one.message, RETRY_AFTER, PARK_AFTER)
                work.commit()
            if parked:
                self.journal.parked(one.practice, one.message, ParkedReason.ROUTING_FAILED)
            return RoutedBatch(parked=int(parked), failed=int(not parked))
        return self._done(routed, more=False)

    def _resolve(self, work: UnitOfWork, claimed: Sequence[ClaimedMessage]) -> list[Routed]:
        """Resolve everything in memory, practice by practice, while roster and settings are held still."""
        practices = work.practices.hold({one.practice for one in claimed})
        routed = []
        for one in claimed:
            practice = practices[one.practice]
            staffing = work.rosters.staffing(practice)
            resolution = resolve(one.question, work.distributions.current(practice), staffing, work.now)
            deliveries = tuple(
                new_delivery(self.ids, recipient, staffing.members[recipient.staff].email)
                for recipient in resolution.recipients
            )
            routed.append(Routed(one, resolution, deliveries))
        return routed


def _store(work: UnitOfWork, routed: Sequence[Routed]) -> None:
    """Write what was resolved, and tell frontends of it."""
    work.routing.store(routed)
    events: dict[str, list[NewEvent]] = {}
    for one in routed:
        kind = EventKind.DELIVERED if one.deliveries else EventKind.PARKED
        claimed = one.claimed
        happened = NewEvent(kind, claimed.patient, claimed.conversation, claimed.message)
        events.setdefault(claimed.practice, []).append(happened)
    for practice, some in events.items():
        work.events.add(practice, some)
