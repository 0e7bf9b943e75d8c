"""Absence: messages that nobody would see go to the cover."""

from dataclasses import dataclass

from router.actors import WORKER
from router.flows.hand_over import audited, must_see_again, new_delivery
from router.messages.cascade import HandOver, Recipient
from router.messages.hand_overs import HandedOver, UndoneDelivery
from router.ports.services import Hints, Ids
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.availability import represent

BATCH = 200


@dataclass(frozen=True, slots=True)
class HandOverAbsent:
    """When an absence begins, moves messages that need somebody to the cover; the absent person can still read them.

    These are the unread messages and, once per absence, those that the person owns and has read but not answered.
    """

    database: Database
    hints: Hints
    ids: Ids

    def run(self) -> int:
        """Move one batch; returns how many deliveries found a cover."""
        with self.database.begin() as work:
            moved, begun = self._unread(work), work.absences.begun(BATCH)
            moved += sum(self._owned(work, practice, staff) for practice, staff in begun)
            if moved or begun:
                work.commit()
        if moved:
            self.hints.notify()
        return moved

    def _unread(self, work: UnitOfWork) -> int:
        """Move what is unread. What finds no cover now is passed over: others don't wait behind it."""
        moved, after = 0, None
        while found := work.replies.of_absent(BATCH, after):
            moved += sum(self._move(work, practice, undone) for practice, undone in found)
            if moved >= BATCH or len(found) < BATCH:
                break
            after = found[-1][1].delivery
        return moved

    def _owned(self, work: UnitOfWork, practice: str, staff: str) -> int:
        """Move what somebody owns, batch by batch; once nothing else is left, note that all of it has moved.

        What others have locked, and a practice that is being changed, are for the next time.
        """
        if practice not in work.practices.hold([practice]):
            return 0
        found, is_all = work.replies.owned_by_absent(practice, staff, BATCH)
        if is_all:
            work.absences.note_moved(practice, staff)
        return sum(self._move(work, practice, undone) for undone in found)

    def _move(self, work: UnitOfWork, practice: str, undone: UndoneDelivery) -> bool:
        tenant = work.practices.hold([practice]).get(practice)
        if tenant is None:
            return False
        staffing = work.roster.staffing(tenant)
        taker = represent(undone.staff, staffing, work.now()).taken_by
        if taker is None or taker == undone.staff:
            return False
        recipient = Recipient(taker, HandOver.ABSENCE, undone.staff)
        handed = HandedOver(self.ids.new(), undone.message, undone.staff, taker, HandOver.ABSENCE)
        entry = new_delivery(self.ids, recipient, staffing.members[taker].email)
        reopen = taker in must_see_again(work, practice, undone)
        work.replies.give(practice, undone.message, entry, handed, reopen=reopen)
        work.replies.move(practice, [undone.delivery])
        work.audit.add([audited(practice, WORKER, undone)])
        return True
