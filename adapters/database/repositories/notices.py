"""Notifications to staff about hand-overs, and about what is overdue."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from typing_extensions import override

from adapters.database.repositories.pacing import NEVER
from adapters.database.tables import last_told, notification, staff_notice
from adapters.database.transaction import Transaction
from router.messages.notification import Kind, Notice, Suppression
from router.messages.states import NotificationState
from router.ports.notifications import StaffNotices


class StaffNoticeRepository(StaffNotices):
    """See router.ports.notifications.StaffNotices."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def add(self, practice: str, kind: Kind, notices: Sequence[Notice]) -> None:
        add(self._transaction, practice, kind, notices)

    @override
    def were_told(self, practice: str, kind: Kind, since: datetime) -> bool:
        told = (last_told.c.practice == practice) & (last_told.c.kind == kind.value) & (last_told.c.at >= since)
        return self._transaction.execute(select(last_told.c.staff).where(told).limit(1)).first() is not None

    @override
    def add_unless_told(self, practice: str, kind: Kind, notices: Sequence[Notice], since: datetime) -> int:
        ordered = sorted(notices, key=lambda notice: notice.staff)
        anew = {"practice": practice, "kind": kind.value, "notification": None, "at": NEVER}
        never = [{**anew, "staff": notice.staff} for notice in ordered]
        self._transaction.insert_missing(last_told, never)
        new = [notice for notice in ordered if self._takes_turn(practice, kind, notice, since)]
        self.add(practice, kind, new)
        return len(new)

    def _takes_turn(self, practice: str, kind: Kind, notice: Notice, since: datetime) -> bool:
        this = (last_told.c.practice == practice) & (last_told.c.kind == kind.value) & (last_told.c.at < since)
        told = update(last_told).where(this, last_told.c.staff == notice.staff)
        told = told.values(at=self._transaction.now(), notification=notice.notification)
        return self._transaction.execute(told).rowcount > 0


def add(transaction: Transaction, practice: str, kind: Kind, notices: Sequence[Notice]) -> None:
    """Store notifications for these people."""
    now = transaction.now()
    new = {"practice": practice, "kind": kind.value, "due_at": now, "deferrals": 0, "attempts": 0}
    for notice in notices:
        state = NotificationState.DUE if notice.has_address else NotificationState.SUPPRESSED
        reason = None if notice.has_address else Suppression.NO_ADDRESS.value
        row = {"id": notice.notification, "state": state.value, "reason": reason}
        transaction.insert(notification, [row], **new)
        told = {"notification": notice.notification, "staff": notice.staff, "message": notice.message}
        transaction.insert(staff_notice, [told], practice=practice, cause=kind.value.removeprefix("staff_"), at=now)
