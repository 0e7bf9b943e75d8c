"""Who was told last, and when: nobody gets an email for each step of each ladder."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, select, update

from adapters.database.tables import last_told, notification
from adapters.database.transaction import Transaction
from router.messages.notification import PACE, PACED_KINDS, LeasedNotification, OtherNotification
from router.messages.states import NotificationState

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# An email of these was not sent and won't be: the next may go.
GIVEN_UP = frozenset({NotificationState.PARKED.value, NotificationState.SUPPRESSED.value})
# By practice, staff and kind.
Reader = tuple[str, str, str]


def take_turns(
    transaction: Transaction, leased: Sequence[tuple[LeasedNotification, str]]
) -> tuple[OtherNotification, ...]:
    """Note that these people, beside their notifications, are about to be told; returns who was told a moment ago.

    Two processes that tell the same person at the same moment take turns: the second one finds the first.
    """
    groups: dict[Reader, list[LeasedNotification]] = defaultdict(list)
    for one, staff in leased:
        # What is urgent never waits.
        if one.kind in PACED_KINDS and one.suppressed is None and not one.urgent:
            groups[one.practice, staff, one.kind.value].append(one)
    if not groups:
        return ()
    readers = sorted(groups)
    rows = [{"practice": practice, "staff": staff, "kind": kind} for practice, staff, kind in readers]
    transaction.insert_missing(last_told, [row | {"notification": None, "at": NEVER} for row in rows])
    found = [_locked(transaction, reader) for reader in readers]
    return tuple(
        _other(row, groups[reader][0], transaction.now())
        for reader, row in zip(readers, found, strict=True)
        if not _takes_turn(transaction, row, groups[reader])
    )


def _locked(transaction: Transaction, reader: Reader) -> Row[Any]:
    practice, staff, kind = reader
    its_notification = (notification.c.practice == last_told.c.practice) & (
        notification.c.id == last_told.c.notification
    )
    this = (last_told.c.practice == practice) & (last_told.c.staff == staff) & (last_told.c.kind == kind)
    locked = select(last_told.c.practice).where(this).with_for_update()
    transaction.execute(locked)
    wanted = (
        select(last_told, notification.c.state, notification.c.due_at)
        .select_from(last_told.outerjoin(notification, its_notification))
        .where(this)
    )
    return transaction.execute(wanted).one()


def _takes_turn(transaction: Transaction, row: Row[Any], group: Sequence[LeasedNotification]) -> bool:
    """Whether to send the group's email now: none was sent lately, or these are the ones that were due then."""
    ids = [one.id for one in group]
    if row.at > transaction.now() - PACE and row.state not in GIVEN_UP and row.notification not in ids:
        return False
    told = {"notification": min(ids), "at": transaction.now()}
    this = (last_told.c.practice == row.practice) & (last_told.c.staff == row.staff) & (last_told.c.kind == row.kind)
    transaction.execute(update(last_told).where(this).values(**told))
    return True


def _other(row: Row[Any], like: LeasedNotification, now: datetime) -> OtherNotification:
    """The notification that was told last, as it is needed to compare it."""
    last = LeasedNotification(like.practice, row.notification, like.kind, like.about, like.address, 0, event=like.event)
    sent_at = row.at if row.state == NotificationState.SENT.value else None
    # Of one that is leased it will soon be known what came of it.
    due_at = row.due_at if row.state == NotificationState.DUE.value else now
    return OtherNotification(last, due_at, sent_at)
