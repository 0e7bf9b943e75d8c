"""A practice whose staff sort what is urgent and what stands under the wrong topic: everything that they may do."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from sqlalchemy import select

from adapters.database import tables
from router.actors import COMMAND
from router.errors import IllegalTransitionError, Refusal
from router.flows.staff.correction import CorrectionRequest
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.notes import NoteRequest
from router.flows.staff.replies import ReplyRequest
from router.flows.staff.urgency import PriorityRequest
from router.messages.conversation import SeenTooLittle
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from router.messages.priority import LoweredBecause, Priority
from router.messages.states import DeliveryState, Outcome
from router.messaging.hours import Hours, Interval, PracticeHours
from router.messaging.ladder import Condition, Do, LadderStep
from router.messaging.red_flags import RedFlagGroup, RedFlags
from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings, topic_set
from tests.house import PRACTICE, House

STAFF = ("ada", "ann", "ben", "cem", "dan", "eve")
TOPICS = {Topic.BILLING: ("ann", "ben"), Topic.MEDICAL: ("ben", "cem")}
CARE_TEAM = ("eve",)
# One minute a week.
CLOSED = Hours(PracticeHours(((), (), (), (), (), (), (Interval(0, 1),))))
ALWAYS_OPEN = Hours(PracticeHours(round_the_clock=True))
ALERT = LadderStep(300, Condition.UNANSWERED, Do.ALERT)
LADDER = (LadderStep(60, Condition.UNOPENED, Do.WIDEN), ALERT)
LADDER_OF_MEDICAL = (LadderStep(45, Condition.UNOPENED, Do.REMIND), ALERT)
URGENT_LADDER = (LadderStep(5, Condition.UNOPENED, Do.REMIND), LadderStep(20, Condition.UNANSWERED, Do.ALERT))
BREATH = "I can't breathe."
RAISE = PriorityRequest(Priority.URGENT)
LOWER = PriorityRequest(Priority.ROUTINE, LoweredBecause.CAN_WAIT)


def sorting_settings(hours: Hours) -> MessagingSettings:
    """Ann and ben get bills, ben and cem what is medical, whose ladder is another; dan is on call."""
    topics = topic_set(TOPICS)
    medical = replace(topics[Topic.MEDICAL], ladder=LADDER_OF_MEDICAL)
    made = settings(practice=replace(topics, topics={**topics.topics, Topic.MEDICAL: medical}), hours=hours)
    made = replace(made, ladder=LADDER, urgent_ladder=URGENT_LADDER, on_call=("dan",), catch_all=("ada",))
    flags = RedFlags((RedFlagGroup("emergency", {"en": ("can't breathe",)}, {"en": "Call now."}, "911"),))
    return replace(made, red_flags=flags, patients_may_say_urgent=True)


def correct(house: House, ref: DeliveryRef, topic: Topic) -> None:
    """Move it; what a colleague has written meanwhile is read first."""
    try:
        house.correction.correct(ref, CorrectionRequest(topic))
    except SeenTooLittle as unseen:
        if unseen.entry is None:
            raise
        house.correction.correct(ref, CorrectionRequest(topic, last_seen=unseen.entry.id))


def finish(house: House, ref: DeliveryRef) -> None:
    house.read_inbox.mark(ref, DeliveryState.DONE, Outcome.ANSWERED_BY_PHONE)


ACTS: dict[str, Callable[[House, DeliveryRef], object]] = {
    "raise": lambda house, ref: house.urgency.change(ref, RAISE),
    "lower": lambda house, ref: house.urgency.change(ref, LOWER),
    "undo": lambda house, ref: house.undo.undo(ref),
    "to medical": lambda house, ref: correct(house, ref, Topic.MEDICAL),
    "to billing": lambda house, ref: correct(house, ref, Topic.BILLING),
    "claim": lambda house, ref: house.replies.claim(ref),
    "release": lambda house, ref: house.replies.release(ref),
    "answer": lambda house, ref: house.replies.reply(ref, ReplyRequest("An answer")),
    "answer, keep open": lambda house, ref: house.replies.reply(ref, ReplyRequest("So far", keep_open=True)),
    "answer by phone": finish,
    "read": lambda house, ref: house.read_inbox.mark(ref, DeliveryState.READ),
    "done": lambda house, ref: house.read_inbox.mark(ref, DeliveryState.DONE),
    "unread": lambda house, ref: house.read_inbox.mark(ref, DeliveryState.UNREAD),
    "forward": lambda house, ref: house.forward.forward(ref, ForwardRequest("ada", "", whole_conversation=False)),
    "forward all": lambda house, ref: house.forward.forward(ref, ForwardRequest("ada", "", whole_conversation=True)),
    "mention": lambda house, ref: house.notes.note(ref, NoteRequest("Look.", ("eve",))),
    "put off": lambda house, ref: house.snooze.snooze(ref, house.operations.ready() + timedelta(minutes=2)),
}


@dataclass
class Sorting:
    """One conversation of the practice, and what happens to it; refusals are answers, everything else is a defect."""

    house: House
    conversation: UUID
    written: int = 1
    defects: list[BaseException] = field(default_factory=list)

    @classmethod
    def begin(cls, house: House, key: str, **values: object) -> "Sorting":
        """Somebody has written, and it was routed."""
        receipt = house.write(house.draft(key, patient="pat", **values))[0]
        made = cls(house, receipt.conversation)
        made.work("route")
        return made

    def ref(self, staff: str) -> DeliveryRef | None:
        """The newest delivery of the conversation that somebody has or had."""
        wanted = select(tables.delivery.c.id).join_from(tables.delivery, tables.message)
        its = wanted.where(tables.message.c.conversation == self.conversation, tables.delivery.c.staff == staff)
        with self.house.engine.connect() as connection:
            found = connection.execute(its.order_by(tables.delivery.c.id.desc()).limit(1)).scalar_one_or_none()
        return DeliveryRef(PRACTICE, found, staff, COMMAND) if found else None

    def act(self, name: str, ref: DeliveryRef | None) -> None:
        """Somebody's act on their delivery, where they have one."""
        if ref is None:
            return
        try:
            ACTS[name](self.house, ref)
        except (Refusal, IllegalTransitionError):
            pass
        except Exception as defect:  # noqa: BLE001 - it is shown by the test, not by a thread.
            self.defects.append(defect)

    def work(self, name: str) -> None:
        """What the patient, time and workers do meanwhile."""
        house = self.house
        try:
            match name:
                case "write on":
                    self.written += 1
                    key = f"{self.conversation}-{self.written}"
                    house.try_to_write(ReplyDraft(key, "pat", self.conversation, BREATH))
                case "route":
                    while house.route.run().more:
                        pass
                case "time":
                    house.clock.by += timedelta(minutes=21)
                    house.escalate.run()
                case "climb":
                    house.escalate.run()
                case "move what the absent left":
                    house.absences.run()
                case _:
                    house.bring([member(name.split()[1], active="returns" in name)])
        except Exception as defect:  # noqa: BLE001 - likewise.
            self.defects.append(defect)


WORK = ("write on", "route", "climb", "move what the absent left", "staff ann leaves", "staff ann returns")
somebody = st.sampled_from(STAFF)
acts = st.tuples(somebody, st.sampled_from(sorted(ACTS)))
work = st.tuples(st.just(""), st.sampled_from(WORK))
beginnings = st.fixed_dictionaries(
    {"body": st.sampled_from([BREATH, "A question."]), "topic": st.sampled_from(sorted(TOPICS))},
    optional={"priority": st.just(Priority.URGENT), "private": st.just(value=True)},
)


def member(staff: str, **values: Any) -> Any:  # noqa: ANN401 - as the builder.
    """Somebody of the practice."""
    return a_staff(staff, admin=staff == "ada", **values)


def furnish(house: House, hours: Hours) -> House:
    """The practice with its people."""
    return house.furnish(
        sorting_settings(hours), staff=[member(one) for one in STAFF], patients=[a_patient("pat", team=CARE_TEAM)]
    )
