"""Undoing what was just done."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from router.audit import Action
from router.errors import Conflict
from router.flows.notices import notice_for
from router.flows.staff.done import was_left
from router.flows.staff.open_again import open_again
from router.flows.staff.own_delivery import audited, hold_delivery, staffing_of, working_staff
from router.flows.staff.staying import hold_to_keep
from router.flows.staff.urgency import take_back
from router.messages.inbox import DeliveryRef, InboxItem, InboxRef
from router.messages.notification import Kind
from router.messages.states import DeliveryState
from router.messages.undo import (
    ConversationStand,
    DeliveryStand,
    Undoable,
    UndoableAct,
    changed_between,
    reason_against,
)
from router.ports.services import Hints, Ids
from router.ports.unit_of_work import Database, UnitOfWork


@dataclass(frozen=True, slots=True)
class UndoActs:
    """Undoes the last act on a delivery: done, claim, release, forward, or a change of priority."""

    database: Database
    hints: Hints
    ids: Ids

    def undo(self, ref: DeliveryRef, wanted: UndoableAct | None = None) -> UndoableAct:
        """Restore everything that the act changed; returns which act it was.

        `wanted` is the act that is meant: no other one is undone. Colleagues who have it unread again, and whose email
        was suppressed because the act had read it for them, are notified that it came back.

        Raises NotFound, and Conflict if a minute has passed, the last act is another one, somebody has acted on any of
        it since, or the practice is being changed.
        """
        practice = ref.practice
        with self.database.begin() as work:
            item = hold_delivery(work, ref)
            last = work.undo.last(practice, ref.delivery)
            if last is None and _took_back_priority(work, ref, item, wanted):
                return UndoableAct.PRIORITY
            wrong = reason_against(last, wanted, work.undo.stand(practice, item.conversation), work.now())
            if last is None or wrong:
                raise Conflict(wrong or "There is nothing to undo.")
            hold_to_keep(work, ref)
            left = last.act is UndoableAct.DONE and was_left(work, ref, item)
            unread = _put_back(work, ref, item, last)
            if last.act is UndoableAct.DONE:
                open_again(work, ref, item, was_left=left)
            told = self._tell(work, practice, work.undo.missed(practice, unread, last.at))
            work.undo.forget(practice, ref.delivery)
            work.audit.add([audited(ref, Action.UNDONE, act=last.act.value)])
            work.commit()
        if told:
            self.hints.notify()
        return last.act

    def _tell(self, work: UnitOfWork, practice: str, missed: Sequence[tuple[UUID, str]]) -> bool:
        if missed:
            staffing = staffing_of(work, practice)
            told = [notice_for(self.ids, staffing, staff, message) for message, staff in missed]
            work.notices.add(practice, Kind.STAFF_RETURNED, told)
        return bool(missed)

    def undoable(self, inbox: InboxRef, act: UndoableAct, deliveries: Sequence[UUID]) -> tuple[UUID, ...]:
        """Those of these deliveries of one person with which this act was the last that can be taken back.

        Raises NotFound for unknown staff and for those who have left.
        """
        with self.database.look() as work:
            working_staff(work, inbox.practice, inbox.staff)
            own = work.inbox.subjects(inbox.practice, inbox.staff, deliveries)
            last = {one: work.undo.last(inbox.practice, one) for one in deliveries if one in own}
            return tuple(one for one, undoable in last.items() if undoable is not None and undoable.act is act)


def remember(work: UnitOfWork, ref: DeliveryRef, item: InboxItem, act: UndoableAct, before: ConversationStand) -> None:
    """Remember what an act changed, at the end of its own transaction."""
    after = work.undo.stand(ref.practice, item.conversation)
    work.undo.remember(ref.practice, ref.delivery, changed_between(act, work.now(), before, after))


def _took_back_priority(work: UnitOfWork, ref: DeliveryRef, item: InboxItem, wanted: UndoableAct | None) -> bool:
    """Take back a change of priority, if it is meant and there is one, and commit that."""
    is_named = wanted is UndoableAct.PRIORITY
    if not (wanted is None or is_named) or not take_back(work, ref, item, named=is_named):
        return False
    work.audit.add([audited(ref, Action.UNDONE, act=UndoableAct.PRIORITY.value)])
    work.commit()
    return True


def _put_back(work: UnitOfWork, ref: DeliveryRef, item: InboxItem, last: Undoable) -> list[UUID]:
    """Returns the deliveries of others that are unread again."""
    before, after = last.owners
    if before != after:
        is_here = before is not None and staffing_of(work, ref.practice).is_active(before)
        work.replies.own(ref.practice, item.conversation, before if is_here else None)
    for delivery, (stood, stands) in last.deliveries.items():
        # A colleague who got the message by a forward keeps the entry, as gone to somebody else.
        stand = stood or DeliveryStand(DeliveryState.MOVED, stands.handled_by)
        work.undo.put_back(ref.practice, delivery, stand)
    if last.act is UndoableAct.FORWARD:
        work.undo.take_back_hand_overs(ref.practice, item.conversation, ref.staff, last.at)
    return [
        delivery
        for delivery, (stood, _) in last.deliveries.items()
        if delivery != ref.delivery and stood is not None and stood.state is DeliveryState.UNREAD
    ]
