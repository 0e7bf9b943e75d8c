"""Giving urgent messages to the people on call while the practice is closed."""

from dataclasses import dataclass
from uuid import UUID

from router.coverage.answer_by import opening_hours
from router.coverage.hours import is_open
from router.coverage.ladder_decisions import Situation
from router.flows.hand_over import new_delivery
from router.messages.cascade import HandOver, Question, Recipient
from router.messages.hand_overs import HandedOver
from router.ports.services import Ids, TimeZones
from router.ports.unit_of_work import UnitOfWork
from router.practice.people import Practice


@dataclass(frozen=True, slots=True)
class UrgentMessage:
    """An urgent message that the transaction has locked; `giver` is one of its holders."""

    id: UUID
    conversation: UUID
    patient: str
    giver: str | None


def call_on(work: UnitOfWork, ids: Ids, zones: TimeZones, tenant: Practice, urgent: UrgentMessage) -> bool:
    """Give an urgent message to the people on call or their covers; returns whether anybody newly got it.

    Does nothing while the practice is open. Private messages and messages to a chosen provider go to nobody else unless
    the practice allows it: for them, only the ladder's alert remains.
    """
    messaging = work.messaging.current(tenant)
    if not messaging.on_call:
        return False
    thread = work.conversations.get(tenant.id, [urgent.conversation])[urgent.conversation]
    hours = opening_hours(tenant, messaging, thread.site, zones.get)
    if hours is not None and is_open(hours, work.now()):
        return False
    question = Question(thread.topic, thread.site, thread.owner, thread.chosen)
    holders = tuple(work.ladders.holders(tenant.id, urgent.id))
    staffing = work.roster.staffing(tenant)
    situation = Situation(question, thread.private, holders, messaging, staffing, work.now())
    if situation.is_restricted:
        return False
    takers = situation.without_holders(situation.available(messaging.on_call))
    for taker in takers:
        recipient = Recipient(taker.staff, HandOver.ON_CALL, taker.represents)
        handed = HandedOver(ids.new(), urgent.id, urgent.giver or taker.staff, taker.staff, HandOver.ON_CALL)
        work.replies.give(
            tenant.id, urgent.id, new_delivery(ids, recipient, staffing.members[taker.staff].email), handed
        )
    return bool(takers)
