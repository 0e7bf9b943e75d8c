"""What can be undone within a minute, unless somebody else has acted on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from router.messages.states import DeliveryState

UNDO_WITHIN = timedelta(minutes=1)
ANOTHER_ACT = "You have done something else with this message since."


class UndoableAct(StrEnum):
    """What staff can undo."""

    DONE = "done"
    CLAIM = "claim"
    RELEASE = "release"
    FORWARD = "forward"
    # Not remembered with the others: what became of a priority is on record anyway.
    PRIORITY = "priority"


@dataclass(frozen=True, slots=True)
class DeliveryStand:
    """The state of a delivery, and who handles its message."""

    state: DeliveryState
    handled_by: str | None


@dataclass(frozen=True, slots=True)
class ConversationStand:
    """Who owns a conversation, the state of each delivery of its messages, and when the last of them came."""

    owner: str | None
    deliveries: Mapping[UUID, DeliveryStand]
    last_came: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Undoable:
    """An act and what it changed; a delivery that it created has no state before."""

    act: UndoableAct
    at: datetime
    owners: tuple[str | None, str | None]
    deliveries: Mapping[UUID, tuple[DeliveryStand | None, DeliveryStand]]


def changed_between(act: UndoableAct, at: datetime, before: ConversationStand, after: ConversationStand) -> Undoable:
    """What an act changed. Deliveries are only ever added."""
    changed = {
        delivery: (before.deliveries.get(delivery), stand)
        for delivery, stand in after.deliveries.items()
        if before.deliveries.get(delivery) != stand
    }
    return Undoable(act, at, (before.owner, after.owner), changed)


def reason_against(
    undoable: Undoable | None, wanted: UndoableAct | None, current: ConversationStand, now: datetime
) -> str | None:
    """Say in words why an act can't be undone, or None if it can; `wanted` is the act that an undo names, if any."""
    if undoable is None:
        return "There is nothing to undo."
    if wanted not in {None, undoable.act}:
        return ANOTHER_ACT
    if now - undoable.at > UNDO_WITHIN:
        return "It can only be undone within a minute."
    same_owner = current.owner == undoable.owners[1]
    if not same_owner or any(current.deliveries.get(one) != stand for one, (_, stand) in undoable.deliveries.items()):
        return "Somebody has acted on the message since."
    if undoable.owners[0] != undoable.owners[1] and current.last_came is not None and current.last_came > undoable.at:
        # It went to those whose the conversation is now, and would stay there.
        return "Somebody has written or acted in the conversation since."
    return None
