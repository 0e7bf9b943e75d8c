"""Absence: messages that nobody would see go to the cover."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from router.actors import WORKER
from router.flows.hand_over import audited, must_see_again, new_delivery
from router.flows.worker.each import count_each
from router.messages.cascade import HandOver, Recipient
from router.messages.hand_overs import HandedOver, UndoneDelivery
from router.ports.services import Hints, Ids
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.availability import Absentee, represent
from router.practice.people import Staff

BATCH = 200


@dataclass(frozen=True, slots=True)
class HandOverAbsent:
    """When an absence begins, moves messages that need somebody to the cover; the absent person can still read them.

    These are the unread messages and, once per absence, those that the person owns and has read but not answered. What
    the person was only asked, by a forward or a mention, the cover is asked in their place.
    """

    database: Database
    hints: Hints
    ids: Ids
    report: Callable[[str, str, Exception], None]

    def run(self) -> int:
        """Move one batch of each absent person's; returns how many deliveries found a cover."""
        with_unread = self._all(lambda work, after: work.absences.with_unread(BATCH, after))
        begun = self._all(lambda work, after: work.absences.begun(BATCH, after))
        moved = count_each(with_unread, self._unread, self._failed) + count_each(begun, self._owned, self._failed)
        if moved:
            self.hints.notify()
        return moved

    def _failed(self, absentee: Absentee, error: Exception) -> None:
        self.report("absences", absentee.practice, error)

    def _all(self, find: Callable[[UnitOfWork, Absentee | None], list[Absentee]]) -> Iterator[Absentee]:
        """Everybody who is found, in slices, so that people without an available cover keep nobody else waiting."""
        after: Absentee | None = None
        while True:
            with self.database.look() as work:
                found = find(work, after)
            yield from found
            if len(found) < BATCH:
                return
            after = found[-1]

    def _unread(self, absentee: Absentee) -> int:
        with self.database.begin() as work:
            cover = _cover(work, absentee)
            if cover is None:
                return 0
            return self._move(work, absentee, cover, work.replies.unread_by_absentee(absentee, BATCH))

    def _owned(self, absentee: Absentee) -> int:
        """Move what somebody owns, batch by batch; once nothing else is left, note that all of it has moved.

        What others have locked is for the next time.
        """
        with self.database.begin() as work:
            cover = _cover(work, absentee)
            if cover is None:
                return 0
            found, is_all = work.replies.owned_by_absentee(absentee, BATCH)
            if is_all:
                work.absences.note_moved(absentee)
            return self._move(work, absentee, cover, found)

    def _move(self, work: UnitOfWork, absentee: Absentee, cover: Staff, found: Sequence[UndoneDelivery]) -> int:
        for undone in found:
            holders = work.ladders.holders(absentee.practice, undone.message)
            asked = not any(holder.is_responsible for holder in holders if holder.staff == undone.staff)
            recipient = Recipient(cover.id, HandOver.ABSENCE, undone.staff, asked=asked)
            handed = HandedOver(self.ids.new(), undone.message, undone.staff, cover.id, HandOver.ABSENCE)
            entry = new_delivery(self.ids, recipient, cover.email)
            reopen = cover.id in must_see_again(holders, undone)
            work.replies.give(absentee.practice, undone.message, entry, handed, reopen=reopen)
            work.replies.move(absentee.practice, [undone.delivery])
            work.audit.add([audited(absentee.practice, WORKER, undone)])
        # What others had left to the absent person is the cover's to take care of.
        work.replies.pass_on(absentee.practice, [one.message for one in found], [absentee.staff], cover.id)
        work.commit()
        return len(found)


def _cover(work: UnitOfWork, absentee: Absentee) -> Staff | None:
    """Who takes this person's messages now: nobody while the practice is being changed, or if no cover can."""
    tenant = work.practices.hold([absentee.practice]).get(absentee.practice)
    if tenant is None:
        return None
    staffing = work.roster.staffing(tenant)
    taker = represent(absentee.staff, staffing, work.now()).taken_by
    return None if taker is None or taker == absentee.staff else staffing.members[taker]
