"""Putting a message off, and undoing that."""

from dataclasses import dataclass
from datetime import datetime

from router.audit import Action
from router.errors import Conflict, Invalid
from router.flows.staff.own_delivery import audited, check_here, hold_delivery
from router.messages.events import EventKind, NewEvent
from router.messages.inbox import DeliveryRef, InboxItem
from router.messages.snooze import problem_with_snooze, reason_against_snooze
from router.messages.states import DeliveryState
from router.ports.unit_of_work import Database, UnitOfWork


@dataclass(frozen=True, slots=True)
class SnoozeMessages:
    """Puts messages off. The conversation keeps its owner and its ladder continues; only this person's list changes."""

    database: Database

    def snooze(self, ref: DeliveryRef, at: datetime | None) -> None:
        """Put a delivery off until `at`; None brings it back at once. This marks an unread delivery read.

        Raises NotFound, Conflict if it is done or has gone to somebody else, and Invalid for a time that isn't allowed.
        """
        practice = ref.practice
        with self.database.begin() as work:
            item = hold_delivery(work, ref)
            check_here(item)
            if at is None:
                work.snoozes.remove(practice, item.delivery)
            else:
                _check(item, at, work.now())
                _open(work, ref, item)
                work.snoozes.put(practice, item.delivery, item.staff, at)
            until = at.isoformat() if at is not None else ""
            work.audit.add([audited(ref, Action.SNOOZED, until=until)])
            work.commit()


def _check(item: InboxItem, at: datetime, now: datetime) -> None:
    against = reason_against_snooze(item)
    if against:
        raise Conflict(against)
    wrong = problem_with_snooze(item, at, now)
    if wrong:
        raise Invalid.at("at", wrong)


def _open(work: UnitOfWork, ref: DeliveryRef, item: InboxItem) -> None:
    """Mark a snoozed delivery read; the first time opens its message."""
    if item.state is DeliveryState.UNREAD and work.inbox.mark(ref.practice, ref.delivery, DeliveryState.READ):
        opened = NewEvent(EventKind.OPENED, item.patient, item.conversation, item.message)
        work.events.add(ref.practice, [opened])
