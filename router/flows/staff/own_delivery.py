"""What every act of staff checks first: they work here, the delivery is theirs, and nobody else acts on it."""

import hashlib
import json
from uuid import UUID

from router.audit import Action, AuditEntry
from router.errors import Conflict, KeyReused, NotFound
from router.flows.practice import known_practice
from router.messages.inbox import DeliveryRef, InboxItem
from router.messages.states import DeliveryState
from router.messaging.ladder import Do
from router.ports.unit_of_work import UnitOfWork
from router.practice.availability import Staffing


def working_staff(work: UnitOfWork, practice: str, staff: str) -> Staffing:
    """The practice's staff and absences, for somebody who works there.

    A frontend's key speaks for all of them, so what somebody sees and does ends here when they leave, not only with
    their sessions. Raises NotFound for unknown staff and for those who have left.
    """
    staffing = staffing_of(work, practice)
    if not staffing.is_active(staff):
        raise NotFound("There is no such member of staff.")
    return staffing


def own_delivery(work: UnitOfWork, ref: DeliveryRef) -> InboxItem:
    """The delivery, if it is this person's and they haven't left, for reading only. Raises NotFound."""
    item = work.inbox.item(ref.practice, ref.delivery)
    if item is None or not is_theirs(work, ref, item.staff):
        raise NotFound("There is no such delivery in this inbox.")
    return item


def is_theirs(work: UnitOfWork, ref: DeliveryRef, holder: str) -> bool:
    """Whether a delivery of this holder is the person's who asks for it, and they haven't left."""
    return holder == ref.staff and staffing_of(work, ref.practice).is_active(holder)


def hold_delivery(work: UnitOfWork, ref: DeliveryRef) -> InboxItem:
    """The delivery, if it is this person's, with its conversation locked until the transaction ends. Raises NotFound.

    Every act locks the conversation before it reads what it depends on and before it changes a message or a delivery.
    Ladder steps, absences and leavers do the same. So simultaneous acts take turns, always lock in the same order, and
    each sees the state that the one before it left.
    """
    work.replies.hold_of(ref.practice, ref.delivery)
    return own_delivery(work, ref)


def check_here(item: InboxItem) -> None:
    """Raise Conflict for a delivery that has gone to somebody else."""
    if item.state is DeliveryState.MOVED:
        raise Conflict("The message was moved to somebody else, who is taking care of it.")


def check_may_answer(work: UnitOfWork, practice: str, item: InboxItem) -> None:
    """Like `check_here`, but accept an answer if a ladder step has handed the message over.

    An answer is refused once the topic was corrected after that, because then others take care of the message.
    """
    if item.state is DeliveryState.MOVED:
        went = item.moved_at or item.received_at
        steps = work.ladders.steps(practice, item.message)
        corrections = work.corrections.changes(practice, [item.conversation]).get(item.conversation, ())
        corrected = any(change.at >= went for change in corrections)
        if corrected or not any(step.did == Do.HAND_OVER and step.at >= went for step in steps):
            check_here(item)


def staffing_of(work: UnitOfWork, practice: str) -> Staffing:
    """The practice's staff and absences. Raises NotFound."""
    return work.roster.staffing(known_practice(work, practice))


def names_of(work: UnitOfWork, practice: str) -> dict[str, str]:
    """The names of the staff, by id, those who have left included."""
    return staffing_of(work, practice).names


def audited(ref: DeliveryRef, action: Action, **ids: str) -> AuditEntry:
    """An audit row about a delivery and whose it is."""
    return AuditEntry(ref.practice, ref.by, action, str(ref.delivery), {"staff": ref.staff} | ids)


def repeated(known: tuple[UUID, str] | None, digest: str) -> UUID | None:
    """What the idempotency key was already used for, if anything."""
    if known is None:
        return None
    if known[1] != digest:
        raise KeyReused.at("idempotency_key", "was already used for a request with different fields")
    return known[0]


def digest_of(*fields: str) -> str:
    """The digest that requests with the same fields share."""
    return hashlib.sha256(json.dumps(fields).encode("utf-8", "surrogatepass")).hexdigest()
