"""The last act on each delivery, for as long as it can be taken back."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, select, union, update
from typing_extensions import override

from adapters.database.ids import first_id
from adapters.database.repositories import expiry
from adapters.database.tables import conversation, delivery, hand_over, message, notification, staff_notice, undoable
from adapters.database.transaction import Transaction
from adapters.database.transitions import advance
from router.messages.notification import Kind, Suppression
from router.messages.states import DeliveryState, NotificationState
from router.messages.undo import ConversationStand, DeliveryStand, Undoable, UndoableAct
from router.ports.undo import Undos

# A notification that a message came back is due at once, and waits for a quarter of an hour at most while mail works.
LOOKED_BACK = timedelta(days=1)


class UndoRepository(Undos):
    """See router.ports.undo.Undos."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def stand(self, practice: str, conversation_id: UUID) -> ConversationStand:
        this = (conversation.c.practice == practice) & (conversation.c.id == conversation_id)
        owner = self._transaction.execute(select(conversation.c.owner).where(this)).scalar_one()
        columns = delivery.c.id, delivery.c.state, delivery.c.handled_by, delivery.c.received_at
        wanted = select(*columns).join_from(delivery, message)
        its = (message.c.practice == practice) & (message.c.conversation == conversation_id)
        rows = self._transaction.execute(wanted.where(its)).all()
        stands = {row.id: DeliveryStand(DeliveryState(row.state), row.handled_by) for row in rows}
        return ConversationStand(owner, stands, max((row.received_at for row in rows), default=None))

    @override
    def remember(self, practice: str, delivery_id: UUID, act: Undoable) -> None:
        values = {"act": act.act.value, "at": act.at, "changed": _changed_document(act)}
        new = self._transaction.new_in(undoable).values(practice=practice, delivery=delivery_id, **values)
        self._transaction.execute(new.on_conflict_do_update(index_elements=["practice", "delivery"], set_=values))

    @override
    def last(self, practice: str, delivery_id: UUID) -> Undoable | None:
        row = self._transaction.execute(select(undoable).where(_of(practice, delivery_id))).one_or_none()
        if row is None:
            return None
        before, after = row.changed["owners"]
        deliveries = {UUID(one): (_stand(old), _known(new)) for one, (old, new) in row.changed["deliveries"].items()}
        return Undoable(UndoableAct(row.act), row.at, (before, after), deliveries)

    @override
    def forget(self, practice: str, delivery_id: UUID) -> None:
        self._transaction.execute(delete(undoable).where(_of(practice, delivery_id)))

    @override
    def put_back(self, practice: str, delivery_id: UUID, stand: DeliveryStand) -> None:
        this = (delivery.c.practice == practice) & (delivery.c.id == delivery_id)
        moved_at = self._transaction.now() if stand.state is DeliveryState.MOVED else None
        self._transaction.execute(update(delivery).where(this).values(handled_by=stand.handled_by, moved_at=moved_at))
        # Every state may become unread again, and go from there to where it was.
        self._transaction.execute(advance(delivery, DeliveryState.UNREAD).where(this))
        if stand.state is not DeliveryState.UNREAD:
            self._transaction.execute(advance(delivery, stand.state).where(this))

    @override
    def missed(self, practice: str, deliveries: Collection[UUID], since: datetime) -> list[tuple[UUID, str]]:
        if not deliveries:
            return []
        these = (delivery.c.practice == practice) & self._transaction.one_of(delivery.c.id, list(deliveries))
        wanted = select(delivery.c.message, delivery.c.staff).where(these, _missed(since))
        arrived = (notification.c.practice == delivery.c.practice) & (notification.c.delivery == delivery.c.id)
        lately = staff_notice.c.notification >= first_id(self._transaction.now() - LOOKED_BACK)
        is_theirs = (staff_notice.c.message == delivery.c.message) & (staff_notice.c.staff == delivery.c.staff)
        returned = (staff_notice.c.practice == delivery.c.practice) & lately & is_theirs
        told = (notification.c.practice == staff_notice.c.practice) & (notification.c.id == staff_notice.c.notification)
        again = wanted.select_from(delivery.join(staff_notice, returned).join(notification, told))
        again = again.where(notification.c.kind == Kind.STAFF_RETURNED.value)
        rows = self._transaction.execute(union(wanted.select_from(delivery.join(notification, arrived)), again))
        return sorted((row.message, row.staff) for row in rows)

    @override
    def take_back_hand_overs(self, practice: str, conversation_id: UUID, giver: str, handed_at: datetime) -> None:
        its = (message.c.practice == practice) & (message.c.conversation == conversation_id)
        # Looked up first: hand-overs are found by their message, and left to itself the planner reads all of them.
        messages = self._transaction.execute(select(message.c.id).where(its)).scalars().all()
        of_these = (hand_over.c.practice == practice) & self._transaction.one_of(hand_over.c.message, messages)
        these = of_these & (hand_over.c.giver == giver) & (hand_over.c.handed_at == handed_at)
        self._transaction.execute(update(hand_over).where(these).values(taken_back_at=self._transaction.now()))

    @override
    def expired(self, before: datetime) -> bool:
        return bool(self._transaction.execute(select(exists().where(undoable.c.at < before))).scalar_one())

    @override
    def purge(self, before: datetime) -> int:
        return expiry.forget(self._transaction, undoable, undoable.c.at, before, expiry.MANY)


def _missed(since: datetime) -> ColumnElement[bool]:
    """Notifications that the act may have suppressed: a worker that has leased them may be about to record it."""
    as_read = notification.c.reason == Suppression.READ_ALREADY.value
    suppressed = (notification.c.state == NotificationState.SUPPRESSED.value) & as_read
    return (suppressed & (notification.c.due_at >= since)) | (notification.c.state == NotificationState.LEASED.value)


def _of(practice: str, delivery_id: UUID) -> ColumnElement[bool]:
    return (undoable.c.practice == practice) & (undoable.c.delivery == delivery_id)


def _changed_document(act: Undoable) -> dict[str, Any]:
    deliveries = {str(one): [_pair(old), _pair(new)] for one, (old, new) in act.deliveries.items()}
    return {"owners": list(act.owners), "deliveries": deliveries}


def _pair(stand: DeliveryStand | None) -> list[str | None] | None:
    return [stand.state.value, stand.handled_by] if stand else None


def _known(pair: list[str]) -> DeliveryStand:
    return DeliveryStand(DeliveryState(pair[0]), pair[1])


def _stand(pair: list[str] | None) -> DeliveryStand | None:
    return _known(pair) if pair else None
