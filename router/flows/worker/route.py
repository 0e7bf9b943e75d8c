"""Routing: claimed in batches, resolved in memory, written in bulk, committed once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import islice
from typing import Protocol

from router.errors import DATABASE_TROUBLE
from router.flows.hand_over import new_delivery
from router.flows.ladders import begin_ladders
from router.flows.on_call import UrgentMessage, call_on
from router.messages.cascade import Question, Resolution, resolve
from router.messages.events import EventKind, NewEvent
from router.messages.notification import (
    Kind,
    Lease,
    LeasedNotification,
    begins_conversation,
    event_of_conversation,
)
from router.messages.routing import Claim, ClaimedBatch, ClaimedMessage, NewDelivery, Routed
from router.messages.states import ParkedReason
from router.ports.event_log import NO_EVENT_LOG, EventLog
from router.ports.services import Hints, Ids, TimeZones
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.availability import Staffing

BATCH = 500
SHARE = 250
PARK_AFTER = 3
RETRY_AFTER = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class RoutedBatch:
    """What one batch did; `more` says that there is probably more work."""

    routed: int = 0
    parked: int = 0
    failed: int = 0
    more: bool = False


class Courier(Protocol):
    """Sends emails as soon as they are routed, a limited number at a time; not free while the mail server is slow."""

    @property
    def most(self) -> int:
        """The number of emails that it accepts at a time."""

    @property
    def lease_seconds(self) -> int:
        """How long its emails are leased."""

    @property
    def is_free(self) -> bool:
        """Whether it can accept emails now."""

    def send(self, lease: Lease) -> object:
        """Send what is leased and record every answer."""


@dataclass(frozen=True, slots=True)
class Route:
    """Puts accepted messages into inboxes.

    With a courier, notifications begin as leased by this process, which sends them after the commit: that saves a hint,
    a transaction and a version of each row. Without one, they are due, and a hint announces them.
    """

    database: Database
    hints: Hints
    ids: Ids
    zones: TimeZones
    report: Callable[[str, str, Exception], None]
    batch: int = BATCH
    share: int = SHARE
    event_log: EventLog = NO_EVENT_LOG
    courier: Courier | None = None

    def run(self) -> RoutedBatch:
        """Route one batch; if it fails as a whole, each of its messages is tried on its own."""
        claimed: ClaimedBatch | None = None
        try:
            with self.database.begin() as work:
                claimed = work.routing.claim(self.batch, self.share)
                if claimed is None:
                    return RoutedBatch()
                routed = self._resolve(work, claimed)
                lease = self._store(work, claimed, routed)
                work.commit()
        except Exception as error:
            if claimed is None or isinstance(error, DATABASE_TROUBLE):
                raise
            self.report("a batch", str(len(claimed.messages)), error)
            return self._singly(claimed.messages)
        return self._done(routed, lease, more=len(claimed.messages) >= min(self.batch, self.share))

    def _done(self, routed: Sequence[Routed], lease: Lease | None, *, more: bool) -> RoutedBatch:
        self.event_log.routed(routed)
        delivered = sum(1 for message in routed if message.deliveries)
        if more:
            self.hints.route()
        taken = {one.id for one in lease.notifications} if lease else set()
        # Who is on call gets an email besides.
        if any(one.claimed.urgent for one in routed) or any(new.id not in taken for _, new in _sendable(routed)):
            self.hints.notify()
        if lease is not None and self.courier is not None:
            self.courier.send(lease)
        return RoutedBatch(routed=delivered, parked=len(routed) - delivered, more=more)

    def _singly(self, claimed: Sequence[Claim]) -> RoutedBatch:
        total = RoutedBatch()
        for claim in claimed:
            done = self._route_one(claim)
            total = RoutedBatch(total.routed + done.routed, total.parked + done.parked, total.failed + done.failed)
        return total

    def _route_one(self, claim: Claim) -> RoutedBatch:
        try:
            with self.database.begin() as work:
                claimed = work.routing.claim_one(claim.practice, claim.message)
                if claimed is None:
                    return RoutedBatch()
                routed = self._resolve(work, claimed)
                lease = self._store(work, claimed, routed)
                work.commit()
        except DATABASE_TROUBLE:
            raise
        except Exception as error:  # noqa: BLE001 - one message must harm no other; it is counted and parked.
            self.report(claim.practice, str(claim.message), error)
            with self.database.begin() as work:
                parked = work.routing.count_failure(claim.practice, claim.message, RETRY_AFTER, PARK_AFTER)
                work.commit()
            if parked:
                self.event_log.parked(claim.practice, claim.message, ParkedReason.ROUTING_FAILED)
            return RoutedBatch(parked=int(parked), failed=int(not parked))
        return self._done(routed, lease, more=False)

    def _resolve(self, work: UnitOfWork, claimed: ClaimedBatch) -> list[Routed]:
        """Resolve everything in memory, practice by practice, while roster and settings are locked."""
        practices = claimed.practices
        staffing = {name: work.roster.staffing(held) for name, held in practices.items()}

        # Of many messages the same is asked; the answer to a question is the same as long as everything is held still.
        @cache
        def answer(practice: str, question: Question) -> Resolution:
            return resolve(question, work.messaging.current(practices[practice]), staffing[practice], claimed.at)

        def answered(messages: Sequence[ClaimedMessage]) -> list[tuple[ClaimedMessage, Resolution]]:
            return [(message, answer(message.practice, message.question)) for message in messages]

        first = answered([message.read() for message in claimed.messages])
        # Most messages never come to the rows that look at the care team, and reading it costs as much as the rest.
        asking = [one for one, resolution in first if resolution.asked_care_team]
        again = iter(answered(work.routing.with_care_teams(asking)) if asking else ())
        final = [next(again) if resolution.asked_care_team else (one, resolution) for one, resolution in first]
        return [self._routed(staffing[one.practice], one, resolution) for one, resolution in final]

    def _routed(self, staffing: Staffing, claimed: ClaimedMessage, resolution: Resolution) -> Routed:
        deliveries = tuple(
            new_delivery(self.ids, recipient, staffing.members[recipient.staff].email)
            for recipient in resolution.recipients
        )
        return Routed(claimed, resolution, deliveries)

    def _store(self, work: UnitOfWork, batch: ClaimedBatch, routed: Sequence[Routed]) -> Lease | None:
        """Write the resolutions and the events for frontends. Returns what this process is to send itself."""
        lease = self._lease(batch, routed)
        work.routing.store(routed, lease)
        begin_ladders(work, batch, self.zones)
        for message in routed:
            if message.claimed.urgent and message.deliveries:
                self._call(work, batch, message)
        events: dict[str, list[NewEvent]] = {}
        for message in routed:
            kind = EventKind.DELIVERED if message.deliveries else EventKind.PARKED
            claimed = message.claimed
            happened = NewEvent(kind, claimed.patient, claimed.conversation, claimed.message)
            events.setdefault(claimed.practice, []).append(happened)
        for practice, new_events in events.items():
            work.events.add(practice, new_events)
        return lease

    def _call(self, work: UnitOfWork, batch: ClaimedBatch, message: Routed) -> None:
        """Also give urgent messages to the people on call while the practice is closed."""
        claimed = message.claimed
        giver = message.deliveries[0].recipient.staff
        urgent = UrgentMessage(claimed.message, claimed.conversation, claimed.patient, giver)
        call_on(work, self.ids, self.zones, batch.practices[claimed.practice], urgent)

    def _lease(self, batch: ClaimedBatch, routed: Sequence[Routed]) -> Lease | None:
        if self.courier is None or not self.courier.is_free or batch.relay_paused:
            return None
        # What continues a conversation may be told by an email of a moment ago, which leasing looks for.
        fresh = [one for one in routed if begins_conversation(one.claimed.message, one.claimed.conversation)]
        made = tuple(_leased(claimed, new) for claimed, new in islice(_sendable(fresh), self.courier.most))
        ends = batch.at + timedelta(seconds=self.courier.lease_seconds)
        return Lease(self.ids.new(), batch.at, ends, made) if made else None


def _sendable(routed: Sequence[Routed]) -> Iterator[tuple[ClaimedMessage, NewDelivery]]:
    """The deliveries with a notification to send, each with its message."""
    return ((message.claimed, new) for message in routed for new in message.deliveries if new.suppressed is None)


def _leased(claimed: ClaimedMessage, new: NewDelivery) -> LeasedNotification:
    return LeasedNotification(
        practice=claimed.practice,
        id=new.id,
        kind=Kind.STAFF_DELIVERY,
        about=new.id,
        address=new.address,
        deferrals=0,
        event=event_of_conversation(claimed.conversation),
        urgent=claimed.urgent,
    )
