"""Giving urgent messages to the people on call while the practice is closed."""

from dataclasses import dataclass
from uuid import UUID

from router.coverage.answer_by import opening_hours
from router.coverage.hours import is_open
from router.coverage.ladder_decisions import Situation
from router.flows.hand_over import new_delivery
from router.messages.cascade import HandOver, Question, Recipient
from router.messages.hand_overs import HandedOver
from router.messages.on_call import on_call_for
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


def people_on_call(
    work: UnitOfWork, zones: TimeZones, tenant: Practice, question: Question, *, private: bool
) -> tuple[Recipient, ...]:
    """Who is on call for what is urgent there now, or who covers for them, whether or not they have it.

    Nobody while the practice is open. What was written to a chosen provider or in private goes to nobody else, unless
    the practice lets others get it: there the ladder's alert is all.
    """
    messaging = work.messaging.current(tenant)
    if not messaging.on_call:
        return ()
    hours = opening_hours(tenant, messaging, question.site, zones.get)
    if hours is not None and is_open(hours, work.now()):
        return ()
    return on_call_for(question, messaging, work.roster.staffing(tenant), work.now(), private=private)


def call_on(work: UnitOfWork, ids: Ids, zones: TimeZones, tenant: Practice, urgent: UrgentMessage) -> bool:
    """Give an urgent message to who is on call, or who covers for them; says whether anybody newly got it."""
    thread = work.conversations.get(tenant.id, [urgent.conversation])[urgent.conversation]
    question = Question(thread.topic, thread.site, thread.owner, thread.chosen)
    on_call = people_on_call(work, zones, tenant, question, private=thread.private)
    if not on_call:
        return False
    holders = tuple(work.ladders.holders(tenant.id, urgent.id))
    staffing = work.roster.staffing(tenant)
    situation = Situation(question, thread.private, holders, work.messaging.current(tenant), staffing, work.now())
    takers = situation.without_holders(on_call)
    for taker in takers:
        handed = HandedOver(ids.new(), urgent.id, urgent.giver or taker.staff, taker.staff, HandOver.ON_CALL)
        work.replies.give(tenant.id, urgent.id, new_delivery(ids, taker, staffing.members[taker.staff].email), handed)
    return bool(takers)
