"""Who takes care of a message for everybody who has it, and whose `done` leaves it to them."""

from collections.abc import Sequence
from datetime import datetime

from router.coverage.ladder_decisions import Holder
from router.messages.states import DeliveryState
from router.practice.availability import Staffing, represent


def keeper(owner: str | None, holders: Sequence[Holder], staffing: Staffing, at: datetime) -> str | None:
    """Who takes care of a message in the conversation that somebody owns: the owner, or who covers for them.

    Only somebody active who has it open; None where nobody does.
    """
    if owner is None:
        return None
    covers = (holder.staff for holder in holders if holder.represents == owner and holder.is_responsible)
    open_with = {holder.staff for holder in holders if holder.has_it_open and staffing.is_active(holder.staff)}
    taking_care = (represent(owner, staffing, at).taken_by, owner, *covers)
    return next((staff for staff in taking_care if staff in open_with), None)


def left_to_colleague(holder: Holder, holders: Sequence[Holder]) -> bool:
    """Whether somebody who is done with a message left it to a colleague, who isn't done with it.

    So it still waits. A colleague who in turn has left it to them doesn't count: they were done with it for everybody.
    """
    if holder.state is not DeliveryState.DONE or holder.handled_by in {None, holder.staff}:
        return False
    colleague = next((one for one in holders if one.staff == holder.handled_by), None)
    if colleague is None or colleague.state is DeliveryState.DONE:
        return False
    return colleague.handled_by != holder.staff
