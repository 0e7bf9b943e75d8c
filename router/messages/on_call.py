"""Who is on call for what is urgent while the practice is closed. What patients are told rests on the same answer."""

from datetime import datetime

from router.messages.cascade import HandOver, Question, Recipient
from router.messaging.settings import MessagingSettings
from router.practice.availability import Staffing, represent


def is_restricted(question: Question, messaging: MessagingSettings, *, private: bool) -> bool:
    """Whether a message stays with its chosen provider, their covers and the patient's care team."""
    personal = private or question.chosen is not None
    return personal and not messaging.in_force(question.site)[question.topic].others_may_get_chosen


def on_call_for(
    question: Question, messaging: MessagingSettings, staffing: Staffing, at: datetime, *, private: bool
) -> tuple[Recipient, ...]:
    """Those on call who get a message that is urgent now: nobody gets one that is restricted."""
    return () if is_restricted(question, messaging, private=private) else present_on_call(messaging, staffing, at)


def present_on_call(messaging: MessagingSettings, staffing: Staffing, at: datetime) -> tuple[Recipient, ...]:
    """Those on call who are present, and the covers of those who are away, each once."""
    found: dict[str, Recipient] = {}
    for member in messaging.on_call:
        taker = represent(member, staffing, at).taken_by
        if taker is not None:
            found.setdefault(taker, Recipient(taker, HandOver.ON_CALL, member if member != taker else None))
    return tuple(found.values())
