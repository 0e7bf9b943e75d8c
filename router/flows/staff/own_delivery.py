"""What every act on a delivery begins with: it is one's own, it is still here, nobody else acts at the same time."""

import hashlib
import json
from uuid import UUID

from router.actors import Actor
from router.audit import Action, AuditEntry
from router.errors import Conflict, KeyReused, NotFound
from router.messages.inbox import InboxItem
from router.messages.states import DeliveryState
from router.ports.unit_of_work import UnitOfWork
from router.practice.availability import Staffing


def own_delivery(work: UnitOfWork, practice: str, delivery: UUID, staff: str) -> InboxItem:
    """The delivery, if it is this person's. Raises NotFound."""
    item = work.inbox.item(practice, delivery)
    if item is None or item.staff != staff:
        raise NotFound("There is no such delivery in this inbox.")
    return item


def check_here(item: InboxItem) -> None:
    """Raise Conflict for a delivery that has gone to somebody else."""
    if item.state is DeliveryState.MOVED:
        raise Conflict("The message has gone to somebody else, who takes care of it.")


def held_owner(work: UnitOfWork, practice: str, item: InboxItem) -> str | None:
    """The owner, held so that two who answer at the same time take turns."""
    work.replies.hold(practice, item.conversation)
    return work.conversations.get(practice, [item.conversation])[item.conversation].owner


def staffing_of(work: UnitOfWork, practice: str) -> Staffing:
    """The practice's staff and absences. Raises NotFound."""
    tenant = work.practices.get(practice)
    if tenant is None:
        raise NotFound.at("practice", "is not known")
    return work.roster.staffing(tenant)


def names_of(work: UnitOfWork, practice: str) -> dict[str, str]:
    """The names of the staff, by id."""
    return {one.id: one.name for one in staffing_of(work, practice).members.values()}


def audited(practice: str, by: Actor, action: Action, item: InboxItem, **ids: str) -> AuditEntry:
    """An audit row about a delivery and whose it is."""
    return AuditEntry(practice, by, action, str(item.delivery), {"staff": item.staff} | ids)


def repeated(known: tuple[UUID, str] | None, digest: str) -> UUID | None:
    """What the idempotency key stands for already, if anything."""
    if known is None:
        return None
    if known[1] != digest:
        raise KeyReused.at("idempotency_key", "belongs to something with other fields")
    return known[0]


def digest_of(*fields: str) -> str:
    """What two requests with the same fields have in common."""
    return hashlib.sha256(json.dumps(fields).encode("utf-8", "surrogatepass")).hexdigest()
