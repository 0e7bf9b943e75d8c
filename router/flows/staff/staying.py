"""What somebody keeps by an act of theirs: never at the moment in which they leave."""

from router.errors import NotFound
from router.flows.practice import held_practice
from router.messages.inbox import DeliveryRef
from router.ports.unit_of_work import UnitOfWork


def hold_to_keep(work: UnitOfWork, ref: DeliveryRef) -> None:
    """Lock the practice for an act that makes something theirs or open in their inbox, and see that they are active.

    Whoever leaves has their messages routed again; what they took or opened after those were read would stay with them.
    The act may hold its conversation already: a practice that is being changed isn't waited for.

    Raises Conflict while the roster or settings are being changed, and NotFound for somebody who has left.
    """
    tenant = held_practice(work, ref.practice)
    if not work.roster.staffing(tenant).is_active(ref.staff):
        raise NotFound("There is no such member of staff.")
