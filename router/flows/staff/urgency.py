"""Raising and lowering the priority of a message, which only staff may lower, and undoing that."""

from dataclasses import dataclass, replace
from datetime import datetime

from router.audit import Action
from router.errors import Conflict, Invalid
from router.flows.ladders import begin_run
from router.flows.on_call import UrgentMessage, call_on
from router.flows.practice import held_practice, known_practice
from router.flows.staff.own_delivery import audited, check_here, hold_delivery
from router.messages.inbox import DeliveryRef, InboxItem
from router.messages.priority import Cause, LoweredBecause, Priority, PriorityChange, Urgency
from router.messages.states import DeliveryState
from router.messages.undo import UNDO_WITHIN
from router.ports.services import Hints, Ids, TimeZones
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.people import Practice

# What somebody does with a message: after it, an undo doesn't mean their earlier change of its priority.
ACTS = frozenset({
    Action.CONVERSATION_CLAIMED, Action.CONVERSATION_RELEASED, Action.DELIVERY_MARKED, Action.FORWARDED, Action.NOTED,
    Action.PRIORITY_CHANGED, Action.REPLIED, Action.SNOOZED, Action.TOPIC_CORRECTED, Action.UNDONE,
})  # fmt: skip
# A page marks it read by itself.
READ = DeliveryState.READ.value


@dataclass(frozen=True, slots=True)
class PriorityRequest:
    """The priority that a message is to have; lowering it needs a reason, raising it has none."""

    priority: Priority
    reason: LoweredBecause | None = None


@dataclass(frozen=True, slots=True)
class ChangePriority:
    """What staff do with a priority."""

    database: Database
    hints: Hints
    ids: Ids
    zones: TimeZones

    def change(self, ref: DeliveryRef, request: PriorityRequest) -> Priority:
        """Set the message's priority; nothing changes if it already has it.

        A message that is raised begins the ladder for urgent messages and, while the practice is closed, goes to the
        people on call. Raises NotFound, Invalid, and Conflict for a delivery that has gone to somebody else.
        """
        if request.priority is Priority.ROUTINE and request.reason is None:
            raise Invalid.at("reason", "is required to lower a priority")
        if request.priority is Priority.URGENT and request.reason is not None:
            raise Invalid.at("reason", "can be given only when lowering the priority")
        practice = ref.practice
        with self.database.begin() as work:
            tenant = held_practice(work, practice)
            item = hold_delivery(work, ref)
            check_here(item)
            if item.priority is request.priority:
                return item.priority
            _change(
                work,
                ref,
                item,
                PriorityChange(work.now(), request.priority, Cause.STAFF, ref.staff, None, request.reason),
            )
            called = request.priority is Priority.URGENT and item.waits and self._call(work, tenant, item)
            # This is the last act now.
            work.undo.forget(practice, ref.delivery)
            said = {"reason": request.reason.value} if request.reason else {}
            work.audit.add([audited(ref, Action.PRIORITY_CHANGED, priority=request.priority.value, **said)])
            work.commit()
        self.hints.escalate()
        if called:
            self.hints.notify()
        return request.priority

    def _call(self, work: UnitOfWork, tenant: Practice, item: InboxItem) -> bool:
        urgent = UrgentMessage(item.message, item.conversation, item.patient, giver=item.staff)
        return call_on(work, self.ids, self.zones, tenant, urgent)


def _change(
    work: UnitOfWork, ref: DeliveryRef, item: InboxItem, change: PriorityChange, since: datetime | None = None
) -> None:
    """Change it, and begin the run of the ladder that goes with it.

    The alert of a raised message counts from now, or from when it first became urgent (`since`).
    """
    raised = change.priority is Priority.URGENT
    urgency = item.urgency
    if raised and change.cause is Cause.STAFF:
        marks = urgency.marks if urgency is not None else ()
        urgency = Urgency(Cause.STAFF, marks, ref.staff)
    work.urgency.change(ref.practice, item.message, change, urgency)
    tenant = known_practice(work, ref.practice)
    clock = (since or change.at) if raised else item.written_at
    begin_run(work, tenant, replace(item, priority=change.priority), clock=clock)


def take_back(work: UnitOfWork, ref: DeliveryRef, item: InboxItem, *, named: bool) -> bool:
    """Undo this person's change of the priority; False if they made no change that can be undone.

    Unless they `named` the priority, it must also be the last thing that they did with the message. Raises Conflict if
    a minute has passed. A later change by somebody else stays.
    """
    changes = work.urgency.changes(ref.practice, item.message)
    if not changes or changes[-1].cause is not Cause.STAFF or changes[-1].staff != ref.staff:
        return False
    if work.now() - changes[-1].at > UNDO_WITHIN:
        raise Conflict("It can only be undone within a minute.")
    if not named and _last_act(work, ref, changes[-1].at) != Action.PRIORITY_CHANGED:
        return False
    check_here(item)
    before = Priority.URGENT if changes[-1].priority is Priority.ROUTINE else Priority.ROUTINE
    # What was lowered by mistake is due no later for it.
    since = changes[-2].at if before is Priority.URGENT else None
    _change(work, ref, item, PriorityChange(work.now(), before, Cause.UNDO, ref.staff), since)
    return True


def _last_act(work: UnitOfWork, ref: DeliveryRef, since: datetime) -> str | None:
    """What this person has done last with the delivery since then."""
    rows = work.audit.lately(ref.practice, str(ref.delivery), since)
    return next((row.action for row in rows if row.action in ACTS and row.details.get("state") != READ), None)
