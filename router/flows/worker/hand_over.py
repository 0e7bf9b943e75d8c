"""Absence: messages that nobody would see go to the cover."""

from collections.abc import Sequence
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
            absent = work.replies.of_absent(BATCH)
            begun = work.absences.begun(BATCH)
            absent += [(practice, undone) for practice, staff in begun for undone in self._owned(work, practice, staff)]
            moved = [undone for practice, undone in absent if self._move(work, practice, undone)]
            if moved or begun:
                work.commit()
        if moved:
            self.hints.notify()
        return len(moved)

    def _owned(self, work: UnitOfWork, practice: str, staff: str) -> Sequence[UndoneDelivery]:
        """Move what somebody owns, batch by batch; after the last batch, note that all of it has moved."""
        found = work.replies.owned_by_absent(practice, staff, BATCH)
        if len(found) < BATCH:
            work.absences.note_moved(practice, staff)
        return found

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
