"""Putting a message into somebody else's inbox; shared by the use cases that hand messages over or forward them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from router.actors import Actor
from router.audit import Action, AuditEntry
from router.coverage.ladder_decisions import Holder
from router.messages.cascade import Question, Recipient, resolve
from router.messages.hand_overs import UndoneDelivery
from router.messages.notification import Suppression
from router.messages.routing import ClaimedMessage, NewDelivery, Routed
from router.ports.services import Ids
from router.ports.unit_of_work import UnitOfWork
from router.practice.availability import Staffing, represent


def new_delivery(ids: Ids, recipient: Recipient, email: str | None) -> NewDelivery:
    """An inbox entry with its notification, which is suppressed if there is no address."""
    suppressed = None if email else Suppression.NO_ADDRESS
    return NewDelivery(ids.new(), recipient, suppressed, email or "")


# Each takes some 20 ms, for which the practice is locked and its conversation held.
RETURNED_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Returned:
    """Deliveries of leavers that went to somebody else, and whether others are still to be routed again."""

    moved: Sequence[UndoneDelivery] = ()
    more_follow: bool = False


def return_to_cascade(work: UnitOfWork, ids: Ids, practice: str, by: Actor, after: UUID | None = None) -> Returned:
    """Route leavers' unfinished deliveries again: the first of them in the transaction in which they leave.

    The sweep goes on with the others, from `after` this one, so that no practice is locked for as long as thousands
    take. If the cascade finds nobody, the delivery stays and is listed as parked until somebody is active again.
    """
    first = work.leavers.undone(practice, after, RETURNED_AT_ONCE)
    last = first[-1].delivery if len(first) == RETURNED_AT_ONCE else None
    work.leavers.note(practice, last)
    work.replies.hold(practice, {one.conversation for one in first})
    # As it is now that nobody else acts on it.
    still = {one.delivery for one in work.leavers.undone(practice, after, RETURNED_AT_ONCE)}
    moved = _route_again(work, ids, practice, [one for one in first if one.delivery in still])
    work.audit.add([audited(practice, by, one) for one in moved])
    return Returned(moved, last is not None)


def _route_again(
    work: UnitOfWork, ids: Ids, practice: str, undone: Sequence[UndoneDelivery]
) -> Sequence[UndoneDelivery]:
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
        reopened_for = must_see_again(work.ladders.holders(practice, delivery.message), delivery)
        give_as_resolved(work, ids, staffing, Routed(claimed, resolution, ()), reopened_for)
        moved.append(delivery)
    work.replies.move(practice, [one.delivery for one in moved])
    # Who covered for the owner had it in their place.
    owners = {threads[one.conversation].owner for one in moved}
    gone = {owner for owner in owners if owner and represent(owner, staffing, work.now()).taken_by != owner}
    let_go(work, ids, practice, {one.conversation for one in moved}, {one.staff for one in moved} | gone)
    return moved


def must_see_again(holders: Sequence[Holder], undone: UndoneDelivery) -> set[str]:
    """Who was done with a message, or had left it to its holder, and finds it unread when it comes back to them."""
    giver = next(holder for holder in holders if holder.staff == undone.staff)
    return {holder.staff for holder in holders if holder.must_see_again(giver)}


def give_as_resolved(
    work: UnitOfWork, ids: Ids, staffing: Staffing, routed: Routed, reopened_for: Collection[str] = ()
) -> None:
    """Store one more resolution of a message and give the message to its recipients; some get it back as unread."""
    work.routing.resolve_again(routed)
    for recipient in routed.resolution.recipients:
        new = new_delivery(ids, recipient, staffing.members[recipient.staff].email)
        reopen = recipient.staff in reopened_for
        work.replies.give(routed.claimed.practice, routed.claimed.message, new, None, reopen=reopen)


def let_go(
    work: UnitOfWork, ids: Ids, practice: str, conversations: Collection[UUID], handlers: Collection[str]
) -> bool:
    """Put what these people took care of, and no longer do, before the colleagues who have it besides.

    For them it had left the unread list when somebody else took it, maybe before they looked at it. Says whether there
    was anything. What was answered or finished stays as it is.
    """
    return _put_before(work, ids, practice, work.replies.left_to(practice, conversations, handlers))


def let_go_of(work: UnitOfWork, ids: Ids, practice: str, conversation: UUID, owner: str) -> bool:
    """Likewise, by an owner who keeps it: also before those who were done with it since it was the owner's."""
    return _put_before(work, ids, practice, work.replies.left_to(practice, [conversation], [owner], done=True))


def _put_before(work: UnitOfWork, ids: Ids, practice: str, found: Sequence[tuple[UUID, Recipient]]) -> bool:
    tenant = work.practices.get(practice) if found else None
    if tenant is None:
        return False
    staffing = work.roster.staffing(tenant)
    for message, recipient in found:
        new = new_delivery(ids, recipient, staffing.members[recipient.staff].email)
        work.replies.give(practice, message, new, None, reopen=True)
    return True


def audited(practice: str, by: Actor, undone: UndoneDelivery) -> AuditEntry:
    """The audit row of a delivery that went to somebody else."""
    return AuditEntry(practice, by, Action.HANDED_OVER, str(undone.delivery), {"from": undone.staff})
