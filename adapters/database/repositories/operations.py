"""What operators look at: ids and counts, never texts."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Select, Table, delete, func, literal, select, union_all
from typing_extensions import override

from adapters.database.repositories import expiry, ladder_queue, queue
from adapters.database.repositories.notifications import in_flight
from adapters.database.repositories.parked import IS_PARKED_MESSAGE, IS_PARKED_NOTIFICATION
from adapters.database.repositories.undone_deliveries import UNDONE
from adapters.database.tables import (
    attempt,
    delivery,
    ladder_run,
    message,
    notification,
    relay,
    secret_in_use,
    staff,
    worker,
)
from adapters.database.tables import practice as practices
from adapters.database.transaction import Transaction
from adapters.database.types import Moment
from router.messages.notification import SendOutcome
from router.messages.smtp_replies import without_links
from router.messages.states import ParkedReason, State
from router.operations.status import Backlog, ParkedItem, SeenWorker, Throughput
from router.ports.operations import Operations

FORGOTTEN_AFTER = timedelta(days=1)
# By so much the clock of a process that makes ids may differ from the database's.
CLOCKS_DIFFER = timedelta(minutes=2)


class OperationsRepository(Operations):
    """See router.ports.operations.Operations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def backlog(self, practice: str | None) -> list[Backlog]:
        some = select(notification.c.due_at).where(*in_flight(self._transaction)).order_by(notification.c.due_at)
        if practice is not None:
            some = some.where(notification.c.practice == practice)
        found = some.limit(queue.COUNTED).subquery()
        due = self._transaction.execute(select(func.count(), func.min(found.c.due_at, type_=Moment))).one()
        steps = ladder_queue.backlog(self._transaction, practice)
        return [
            Backlog("route", *queue.backlog(self._transaction, practice)),
            Backlog("notify", due[0], due[1]),
            Backlog("escalate", *steps),
        ]

    @override
    def parked(self, practice: str | None, before: UUID | None, limit: int) -> list[ParkedItem]:
        parked = _parked()
        wanted = select(parked).order_by(parked.c.id.desc()).limit(limit)
        if practice is not None:
            wanted = wanted.where(parked.c.practice == practice)
        if before is not None:
            wanted = wanted.where(parked.c.id < before)
        return self._items(wanted)

    def _items(self, wanted: Select[Any]) -> list[ParkedItem]:
        """What is wanted, each with what the mail server said last, which is looked up for these alone."""
        page = wanted.subquery()
        last = (
            select(attempt.c.answer)
            .where(attempt.c.practice == page.c.practice, attempt.c.notification == page.c.id)
            .where(page.c.kind == "notification")
            .order_by(attempt.c.number.desc())
            .limit(1)
        )
        answered = select(page, last.scalar_subquery().label("answer")).order_by(page.c.id.desc())
        return [
            # Versions before this one stored answers as they came.
            ParkedItem(row.practice, row.kind, row.id, row.reason, row.since, row.answer and without_links(row.answer))
            for row in self._transaction.execute(answered)
        ]

    @override
    def parked_item(self, practice: str | None, item: UUID) -> ParkedItem | None:
        parked = _parked()
        # A parked message whose ladder failed, too, is a message first.
        wanted = select(parked).where(parked.c.id == item).order_by(parked.c.kind).limit(1)
        if practice is not None:
            wanted = wanted.where(parked.c.practice == practice)
        found = self._items(wanted)
        return found[0] if found else None

    @override
    def parked_counts(self, practice: str | None) -> dict[tuple[str, str], int]:
        parked = _parked()
        counted = select(parked.c.kind, parked.c.reason, func.count()).group_by(parked.c.kind, parked.c.reason)
        if practice is not None:
            counted = counted.where(parked.c.practice == practice)
        return {(kind, reason): count for kind, reason, count in self._transaction.execute(counted)}

    @override
    def throughput(self, within: timedelta) -> Throughput:
        since = self._transaction.now() - within
        taken = select(func.count()).where(attempt.c.at >= since, attempt.c.outcome == SendOutcome.SENT.value)
        return Throughput(
            self._lately(message, message.c.accepted_at, since),
            self._lately(delivery, delivery.c.received_at, since),
            self._transaction.execute(taken).scalar_one(),
        )

    def _lately(self, table: Table, moment: Column[datetime], since: datetime) -> int:
        """Ids begin with their time, so that their own index finds the latest of each practice."""
        least = UUID(int=int((since - CLOCKS_DIFFER).timestamp() * 1000) << 80)
        new = (table.c.practice == practices.c.id) & (table.c.id >= least)
        counted = select(func.count()).select_from(practices.join(table, new)).where(moment >= since)
        return self._transaction.execute(counted).scalar_one()

    @override
    def whereabouts(self, practice: str, item: UUID) -> tuple[str, str, str | None] | None:
        for kind, table, reason in (
            ("message", message, message.c.parked_reason),
            ("notification", notification, notification.c.reason),
        ):
            wanted = select(table.c.state, reason).where(table.c.practice == practice, table.c.id == item)
            row = self._transaction.execute(wanted).one_or_none()
            if row is not None:
                return kind, row[0], row[1]
        return None

    @override
    def seen(self, worker_id: str, queues: str) -> None:
        now = self._transaction.now()
        self._transaction.upsert(worker, [{"id": worker_id, "queues": queues, "seen_at": now}])
        expiry.forget(self._transaction, worker, worker.c.seen_at, now - FORGOTTEN_AFTER, expiry.A_FEW)

    @override
    def left(self, worker_id: str) -> None:
        self._transaction.execute(delete(worker).where(worker.c.id == worker_id))

    @override
    def workers(self, within: timedelta) -> list[SeenWorker]:
        seen = select(worker).where(worker.c.seen_at >= self._transaction.now() - within).order_by(worker.c.id)
        return [SeenWorker(row.id, row.queues, row.seen_at) for row in self._transaction.execute(seen)]

    @override
    def use_secret(self, fingerprint: str) -> str | None:
        before: str | None = self._transaction.execute(select(secret_in_use.c.fingerprint)).scalar_one_or_none()
        if before != fingerprint:
            row = {"id": 1, "fingerprint": fingerprint, "since": self._transaction.now()}
            self._transaction.upsert(secret_in_use, [row])
        return before

    @override
    def relay(self) -> tuple[datetime, str] | None:
        row = self._transaction.execute(select(relay)).one_or_none()
        return (row.paused_until, without_links(row.answer)) if row else None


def _parked() -> Any:  # noqa: ANN401 - the type of a subquery of a union says nothing.
    messages: Select[Any] = select(
        message.c.practice,
        literal("message").label("kind"),
        message.c.id,
        message.c.parked_reason.label("reason"),
        message.c.parked_at.label("since"),
    ).where(IS_PARKED_MESSAGE)
    # What a leaver has not done and nobody could take: it moves by itself when somebody is active again.
    its_staff = (staff.c.practice == delivery.c.practice) & (staff.c.id == delivery.c.staff)
    stuck: Select[Any] = (
        select(
            delivery.c.practice,
            literal("delivery").label("kind"),
            delivery.c.id,
            literal(ParkedReason.NO_ACTIVE_STAFF.value).label("reason"),
            delivery.c.received_at.label("since"),
        )
        .select_from(staff.join(delivery, its_staff))
        .where(staff.c.active.is_(False), delivery.c.state.in_(UNDONE))
    )
    # The email about a delivery that is stuck itself would go to somebody who has left, and mostly has the same id.
    # What is stuck is looked up once, by who has left, and not for each email.
    theirs = stuck.subquery()
    its_delivery = (theirs.c.practice == notification.c.practice) & (theirs.c.id == notification.c.delivery)
    notifications: Select[Any] = (
        select(
            notification.c.practice,
            literal("notification").label("kind"),
            notification.c.id,
            notification.c.reason,
            notification.c.due_at.label("since"),
        )
        .select_from(notification.outerjoin(theirs, its_delivery))
        .where(IS_PARKED_NOTIFICATION, theirs.c.id.is_(None))
    )
    # What its ladder could not do; the administrators have been alerted of it. An index has those runs alone.
    steps: Select[Any] = (
        select(
            ladder_run.c.practice,
            literal("step").label("kind"),
            ladder_run.c.message.label("id"),
            literal(ParkedReason.STEP_FAILED.value).label("reason"),
            ladder_run.c.failed_at.label("since"),
        )
        .join(message)
        .where(ladder_run.c.failed_at.is_not(None), ladder_run.c.ended_at.is_(None))
        .where(message.c.state != State.ANSWERED.value, message.c.outcome.is_(None))
    )
    return union_all(messages, notifications, stuck, steps).subquery()
