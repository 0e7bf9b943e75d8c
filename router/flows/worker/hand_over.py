"""Absence and leaving: what would be seen by nobody goes to somebody who is there."""

from collections.abc import Sequence
from dataclasses import dataclass

from router.actors import WORKER, Actor
from router.audit import Action, AuditEntry
from router.messages.cascade import HandOver, Question, Recipient, resolve
from router.messages.hand_overs import HandedOver, Undone
from router.messages.notification import Suppression
from router.messages.routing import ClaimedMessage, NewDelivery, Routed
from router.ports.services import Hints, Ids
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.availability import represent

BATCH = 200


def new_delivery(ids: Ids, recipient: Recipient, email: str | None) -> NewDelivery:
    """An inbox entry with its notification, which is suppressed where there is no address."""
    suppressed = None if email else Suppression.NO_ADDRESS
    return NewDelivery(ids.new(), recipient, suppressed, email or "")


def return_to_cascade(work: UnitOfWork, ids: Ids, practice: str, by: Actor) -> Sequence[Undone]:
    """Send what leavers have not done through the cascade, within the transaction that made them leave.

    Where the cascade finds nobody, the delivery stays and is listed as parked until somebody is active again. Returns
    what found somebody.
    """
    undone = work.replies.of_leavers(practice)
    tenant = work.practices.get(practice)
    if not undone or tenant is None:
        return []
    staffing, messaging = work.roster.staffing(tenant), work.messaging.current(tenant)
    threads = work.conversations.get(practice, {one.conversation for one in undone})
    patients = work.roster.patients(practice, {one.patient for one in undone})
    moved: list[Undone] = []
    for one in undone:
        thread = threads[one.conversation]
        team = tuple(member.staff for member in patients[one.patient].care_team)
        question = Question(thread.topic, thread.site, thread.owner, thread.chosen, team)
        resolution = resolve(question, messaging, staffing, work.now())
        if not resolution.recipients:
            continue
        claimed = ClaimedMessage(practice, one.message, one.conversation, one.patient, question)
        work.routing.resolve_again(Routed(claimed, resolution, ()))
        for recipient in resolution.recipients:
            email = staffing.members[recipient.staff].email
            work.replies.give(practice, one.message, new_delivery(ids, recipient, email), None)
        moved.append(one)
    work.replies.move(practice, [one.delivery for one in moved])
    work.audit.add([_audited(practice, by, one) for one in moved])
    return moved


def _audited(practice: str, by: Actor, one: Undone) -> AuditEntry:
    return AuditEntry(practice, by, Action.HANDED_OVER, str(one.delivery), {"from": one.staff})


@dataclass(frozen=True, slots=True)
class HandOverAbsent:
    """When an absence begins, what is still unread moves to the cover; the absent person can still read it."""

    database: Database
    hints: Hints
    ids: Ids

    def run(self) -> int:
        """Move one batch; says how many deliveries found a cover."""
        with self.database.begin() as work:
            absent = work.replies.of_absent(BATCH)
            moved = [one for practice, one in absent if self._move(work, practice, one)]
            if moved:
                work.commit()
        if moved:
            self.hints.notify()
        return len(moved)

    def _move(self, work: UnitOfWork, practice: str, one: Undone) -> bool:
        tenant = work.practices.hold([practice])[practice]
        staffing = work.roster.staffing(tenant)
        taker = represent(one.staff, staffing, work.now()).taken_by
        if taker is None or taker == one.staff:
            return False
        recipient = Recipient(taker, HandOver.ABSENCE, one.staff)
        handed = HandedOver(self.ids.new(), one.message, one.staff, taker, HandOver.ABSENCE)
        entry = new_delivery(self.ids, recipient, staffing.members[taker].email)
        work.replies.give(practice, one.message, entry, handed)
        work.replies.move(practice, [one.delivery])
        work.audit.add([_audited(practice, WORKER, one)])
        return True
