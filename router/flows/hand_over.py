"""Putting a message into somebody else's inbox; shared by the use cases that hand messages over or forward them."""

from collections.abc import Collection, Sequence

from router.actors import Actor
from router.audit import Action, AuditEntry
from router.messages.cascade import Question, Recipient, resolve
from router.messages.hand_overs import UndoneDelivery
from router.messages.notification import Suppression
from router.messages.routing import ClaimedMessage, NewDelivery, Routed
from router.ports.services import Ids
from router.ports.unit_of_work import UnitOfWork
from router.practice.availability import Staffing


def new_delivery(ids: Ids, recipient: Recipient, email: str | None) -> NewDelivery:
    """An inbox entry with its notification, which is suppressed if there is no address."""
    suppressed = None if email else Suppression.NO_ADDRESS
    return NewDelivery(ids.new(), recipient, suppressed, email or "")


def return_to_cascade(work: UnitOfWork, ids: Ids, practice: str, by: Actor) -> Sequence[UndoneDelivery]:
    """Route leavers' unfinished deliveries again, in the transaction in which they leave.

    If the cascade finds nobody, the delivery stays and is listed as parked until somebody is active again. Returns the
    deliveries that found a new recipient.
    """
    work.replies.hold(practice, {one.conversation for one in work.replies.of_leavers(practice)})
    # As it is now that nobody else acts on it.
    undone = work.replies.of_leavers(practice)
    tenant = work.practices.get(practice)
    if not undone or tenant is None:
        return []
    staffing, messaging = work.roster.staffing(tenant), work.messaging.current(tenant)
    threads = work.conversations.get(practice, {one.conversation for one in undone})
    patients = work.roster.patients(practice, {one.patient for one in undone})
    moved: list[UndoneDelivery] = []
    for delivery in undone:
        thread = threads[delivery.conversation]
        team = tuple(member.staff for member in patients[delivery.patient].care_team)
        question = Question(thread.topic, thread.site, thread.owner, thread.chosen, team)
        resolution = resolve(question, messaging, staffing, work.now())
        if not resolution.recipients:
            continue
        claimed = ClaimedMessage(practice, delivery.message, delivery.conversation, delivery.patient, question)
        give_as_resolved(work, ids, staffing, Routed(claimed, resolution, ()))
        moved.append(delivery)
    work.replies.move(practice, [one.delivery for one in moved])
    work.audit.add([audited(practice, by, one) for one in moved])
    return moved


def give_as_resolved(
    work: UnitOfWork, ids: Ids, staffing: Staffing, routed: Routed, reopened_for: Collection[str] = ()
) -> None:
    """Store one more resolution of a message and give the message to its recipients; some get it back as unread."""
    work.routing.resolve_again(routed)
    for recipient in routed.resolution.recipients:
        new = new_delivery(ids, recipient, staffing.members[recipient.staff].email)
        reopen = recipient.staff in reopened_for
        work.replies.give(routed.claimed.practice, routed.claimed.message, new, None, reopen=reopen)


def audited(practice: str, by: Actor, undone: UndoneDelivery) -> AuditEntry:
    """The audit row of a delivery that went to somebody else."""
    return AuditEntry(practice, by, Action.HANDED_OVER, str(undone.delivery), {"from": undone.staff})
