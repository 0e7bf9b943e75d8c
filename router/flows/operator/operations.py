"""What operators see and do: backlog, workers, what is parked, and sending it on its way again. Ids only."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from router.access.tokens import digest
from router.actors import Actor
from router.audit import Action, AuditEntry, AuditRow
from router.errors import Conflict, NotFound
from router.operations.status import Backlog, ParkedItem, ParkedSlice, SeenWorker, Throughput
from router.ports.services import Hints, LinkTokens
from router.ports.unit_of_work import Database, UnitOfWork

SEEN_WITHIN = timedelta(seconds=30)
THROUGHPUT_WITHIN = timedelta(minutes=1)
# So much is requeued in one transaction: nobody waits for it for long.
SLICE = 1_000

RequeueSlice = Callable[[UnitOfWork, str, ParkedSlice], list[UUID]]


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the installation at one moment of the database's clock."""

    at: datetime
    backlog: tuple[Backlog, ...]
    parked: tuple[tuple[str, str, int], ...]
    workers: tuple[SeenWorker, ...]
    relay_paused_until: datetime | None
    relay_answer: str | None
    # What came over the broker and could not be taken: how many, by reason.
    quarantined: tuple[tuple[str, int], ...] = ()

    def age_seconds(self, oldest: datetime | None) -> float:
        """How long the oldest item of a queue has been due; 0 if nothing is."""
        return max(0.0, (self.at - oldest).total_seconds()) if oldest else 0.0


@dataclass(frozen=True, slots=True)
class ReadOperations:
    """Looks after what waits and what is stuck."""

    database: Database
    hints: Hints
    tokens: LinkTokens

    def ready(self) -> datetime:
        """Ask the database for the time. Raises UnavailableError when it can't accept anything."""
        with self.database.look() as work:
            return work.now()

    def status(self, practice: str | None = None) -> Status:
        """The backlog of one practice or of all, parked items, the workers seen, and whether the relay responds."""
        with self.database.look() as work:
            relay = work.operations.relay()
            parked = work.operations.parked_counts(practice)
            return Status(
                work.now(),
                tuple(work.operations.backlog(practice)),
                tuple((kind, reason, count) for (kind, reason), count in sorted(parked.items())),
                tuple(work.operations.workers(SEEN_WITHIN)),
                relay[0] if relay else None,
                relay[1] if relay else None,
                tuple(sorted(work.quarantine.counts(practice).items())),
            )

    def parked(self, practice: str | None, before: UUID | None, limit: int) -> list[ParkedItem]:
        """Items that need a person's attention, newest first, older than the given one."""
        with self.database.look() as work:
            return work.operations.parked(practice, before, limit)

    def parked_item(self, practice: str | None, item: UUID) -> ParkedItem:
        """One parked item. Raises NotFound, also for another practice's item."""
        with self.database.look() as work:
            found = work.operations.parked_item(practice, item)
        if found is None:
            raise NotFound("Nothing with this id is parked.")
        return found

    def requeue(self, practice: str | None, item: UUID, by: Actor) -> ParkedItem:
        """Requeue a parked message or notification. Raises NotFound, and Conflict for a delivery."""
        with self.database.begin() as work:
            found = work.operations.parked_item(practice, item)
            if found is None:
                raise NotFound("Nothing with this id is parked.")
            if found.kind == "delivery":
                raise Conflict("It will be routed automatically once somebody active can take it.")
            if found.kind == "step":
                raise Conflict("The administrators have been alerted. It leaves the list once it is answered.")
            if found.kind == "message":
                work.messages.requeue(found.practice, item)
            else:
                requeued = work.notifications.requeue(found.practice, item)
                self._renew_links(work, found.practice, [item] if requeued else [])
            details = {"kind": found.kind, "reason": found.reason}
            work.audit.add([AuditEntry(found.practice, by, Action.PARKED_REQUEUED, str(item), details)])
            work.commit()
        self.hints.route()
        self.hints.notify()
        return found

    def _renew_links(self, work: UnitOfWork, practice: str, emails: Collection[UUID]) -> None:
        """Give the links in requeued emails new tokens, since mail servers' replies may have shown the old ones."""
        for link in work.password_links.brought_by(practice, emails):
            generation = link.generation + 1
            token = self.tokens.of(link.notification, generation)
            work.password_links.renew(replace(link, digest=digest(token), generation=generation))

    def requeue_parked(self, practice: str | None, reason: str, since: datetime, by: Actor) -> int:
        """Requeue all messages and notifications that were parked for this reason since then.

        Covers one practice, or all, a slice in each transaction: should it be cut off, it can be repeated. Returns how
        many; nothing that was already sent is requeued.
        """
        with self.database.look() as work:
            practices = [practice] if practice else [one.id for one in work.practices.all()]
        parked = ParkedSlice(reason, since, SLICE)
        count = sum(self._requeue(one, parked, by, kind) for one in practices for kind in (_messages, self._emails))
        self.hints.route()
        self.hints.notify()
        return count

    def _requeue(self, practice: str, parked: ParkedSlice, by: Actor, kind: RequeueSlice) -> int:
        """Requeue slice by slice, by their ids: what is parked again meanwhile doesn't come up a second time."""
        count = 0
        while True:
            with self.database.begin() as work:
                found = kind(work, practice, parked)
                if found:
                    work.audit.add([_requeued(practice, by, parked.reason, len(found))])
                work.commit()
            count += len(found)
            if len(found) < parked.limit:
                return count
            parked = replace(parked, after=found[-1])

    def _emails(self, work: UnitOfWork, practice: str, parked: ParkedSlice) -> list[UUID]:
        found = work.notifications.requeue_parked(practice, parked)
        self._renew_links(work, practice, found)
        return found

    def throughput(self) -> Throughput:
        """What went through in all practices within the last minute."""
        with self.database.look() as work:
            return work.operations.throughput(THROUGHPUT_WITHIN)

    def whereabouts(self, practice: str, item: UUID) -> tuple[str, str, str | None] | None:
        """What became of a requeued item: its kind, its state, and why; None if unknown."""
        with self.database.look() as work:
            return work.operations.whereabouts(practice, item)

    def audit(self, practice: str, before: UUID | None, limit: int) -> list[AuditRow]:
        """Who did and saw what, newest first."""
        with self.database.look() as work:
            return work.audit.rows(practice, before, limit)


def _requeued(practice: str, by: Actor, reason: str, count: int) -> AuditEntry:
    return AuditEntry(practice, by, Action.PARKED_REQUEUED, reason, {"reason": reason, "count": count})


def _messages(work: UnitOfWork, practice: str, parked: ParkedSlice) -> list[UUID]:
    return work.messages.requeue_parked(practice, parked)
