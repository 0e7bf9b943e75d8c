"""Whether somebody is there for what is urgent in a conversation, as its writer is told."""

from dataclasses import dataclass
from datetime import datetime

from router.coverage.answer_by import opening_hours
from router.coverage.hours import is_open, next_opening
from router.messages.cascade import Question
from router.messages.conversation import Conversation
from router.messages.on_call import on_call_for
from router.ports.services import TimeZones
from router.ports.unit_of_work import UnitOfWork
from router.practice.people import Practice


@dataclass(frozen=True, slots=True)
class Attendance:
    """Whether the practice is open where the conversation belongs, and when it opens; None if no hours are set.

    `somebody_on_call`: somebody gets what is urgent in it while the practice is closed.
    """

    open: bool | None
    opens_at: datetime | None
    somebody_on_call: bool


def attendance(work: UnitOfWork, zones: TimeZones, tenant: Practice, thread: Conversation) -> Attendance:
    """How it is now."""
    messaging, at = work.messaging.current(tenant), work.now()
    hours = opening_hours(tenant, messaging, thread.site, zones.get)
    opened = None if hours is None else is_open(hours, at)
    question = Question(thread.topic, thread.site, thread.owner, thread.chosen)
    called = on_call_for(question, messaging, work.roster.staffing(tenant), at, private=thread.private)
    return Attendance(opened, None if hours is None or opened else next_opening(hours, at), bool(called))
