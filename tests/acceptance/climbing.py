"""A small practice with a ladder, everything that can happen to it in any order, and what must hold all the while."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import ClassVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import Engine, select

from adapters.database.tables import conversation, delivery
from router.actors import COMMAND
from router.coverage.hours import is_open, opening_time_between
from router.errors import IllegalTransitionError, Refusal
from router.flows.staff.correction import CorrectionRequest
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.notes import NoteRequest
from router.flows.staff.replies import ReplyRequest
from router.flows.staff.urgency import PriorityRequest
from router.flows.worker.escalate import Escalate
from router.messages.acceptance import Receipt
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from router.messages.priority import LoweredBecause, Priority
from router.messages.states import DeliveryState, Outcome
from router.messaging.hours import Day, Hours, PracticeHours, Week
from router.messaging.ladder import Ladder
from router.practice.availability import Absence, represent
from router.practice.topics import Topic
from tests.acceptance.climbing_rows import ClimbingRows
from tests.acceptance.climbing_settings import ALWAYS_OPEN, Timing, drawn_hours, some_ladder, some_urgent_ladder
from tests.acceptance.crashes import Death, DyingDatabase
from tests.builders import a_patient, a_staff
from tests.house import PRACTICE, House

STAFF = ("ada", "ann", "ben", "cem")
TEAMS = {"pat": frozenset({"ann", "cem"}), "sam": frozenset({"ben"})}
PRIORITIES = {
    "mark urgent": PriorityRequest(Priority.URGENT),
    "lower": PriorityRequest(Priority.ROUTINE, LoweredBecause.CAN_WAIT),
}
ACTS: Mapping[str, Callable[[House, DeliveryRef], object]] = {
    "claim": lambda house, ref: house.replies.claim(ref),
    "release": lambda house, ref: house.replies.release(ref),
    "reply": lambda house, ref: house.replies.reply(ref, ReplyRequest("An answer")),
    "keep_open": lambda house, ref: house.replies.reply(ref, ReplyRequest("I'll ask.", keep_open=True)),
    "ask": lambda house, ref: house.notes.note(ref, NoteRequest("Do you know?", ("cem",))),
}
somebody = st.sampled_from(STAFF)


class Climbing(RuleBasedStateMachine):
    """Hypothesis draws what happens; the invariants are checked after each step."""

    fresh: ClassVar[Callable[[], Engine]]

    def __init__(self) -> None:
        super().__init__()
        self.house = House(type(self).fresh())
        self.timing, self.count = Timing(), 0
        patients = [a_patient(patient, team=sorted(team)) for patient, team in TEAMS.items()]
        self.house.furnish(
            self.timing.settings(), staff=[a_staff(one, admin=one == "ada") for one in STAFF], patients=patients
        )

    @rule(
        patient=st.sampled_from(["pat", "sam"]),
        topic=st.sampled_from([Topic.BILLING, Topic.MEDICAL]),
        priority=st.sampled_from(Priority),
    )
    def write(self, patient: str, topic: Topic, priority: Priority) -> None:
        self.count += 1
        chosen = min(TEAMS[patient]) if topic is Topic.MEDICAL else None
        draft = self.house.draft(f"key-{self.count}", patient=patient, topic=topic, to=chosen, priority=priority)
        (answer,) = self.house.try_to_write(draft)
        self.house.route.run()
        if isinstance(answer, Receipt) and priority is Priority.URGENT:
            self.who_is_on_call_has(answer.id)

    @rule(data=st.data(), staff=somebody, act=st.sampled_from(sorted(PRIORITIES)))
    def change_the_priority(self, data: st.DataObject, staff: str, act: str) -> None:
        ref = self.some_delivery(data, staff)
        if ref is None:
            return
        before = ClimbingRows.read(self.house.engine)
        message = next(row.message for row in before.deliveries if row.id == ref.delivery)
        with suppress(Refusal, IllegalTransitionError):
            if self.house.urgency.change(ref, PRIORITIES[act]) is not Priority(before.messages[message].priority):
                ClimbingRows.read(self.house.engine).a_new_run_begins_as_the_settings_are(
                    message, self.timing.settings()
                )
                if act == "mark urgent":
                    self.who_is_on_call_has(message)

    @rule(minutes=st.sampled_from([-5, 1, 11, 31, 61, 700]))
    def let_time_pass(self, minutes: int) -> None:
        self.house.clock.by += timedelta(minutes=minutes)
        self.escalate(self.house.escalate)

    @rule(stored=st.booleans())
    def die_while_escalating(self, stored: bool) -> None:  # noqa: FBT001 - drawn by name.
        self.house.clock.by += timedelta(minutes=31)
        self.escalate(replace(self.house.escalate, database=DyingDatabase(self.house.database, stored)))

    @rule(data=st.data())
    def write_again(self, data: st.DataObject) -> None:
        """The patient writes on in one of the conversations."""
        with self.house.engine.connect() as connection:
            threads = connection.execute(select(conversation).order_by(conversation.c.id)).all()
        if threads:
            self.count += 1
            one = data.draw(st.sampled_from(threads))
            self.house.try_to_write(ReplyDraft(f"key-{self.count}", one.patient, one.id, "One more thing."))
            self.house.route.run()

    @rule(data=st.data(), staff=somebody, act=st.sampled_from(["read", "unread", "done", "phoned", *ACTS]))
    def work_on_an_inbox(self, data: st.DataObject, staff: str, act: str) -> None:
        ref = self.some_delivery(data, staff)
        if ref is None:
            return
        with suppress(Refusal, IllegalTransitionError):
            if act in ACTS:
                ACTS[act](self.house, ref)
            elif act == "phoned":
                self.house.read_inbox.mark(ref, DeliveryState.DONE, Outcome.ANSWERED_BY_PHONE)
            else:
                self.house.read_inbox.mark(ref, DeliveryState(act))

    @rule(staff=somebody, active=st.booleans())
    def leave_or_return(self, staff: str, active: bool) -> None:  # noqa: FBT001 - drawn by name.
        self.house.bring([a_staff(staff, admin=staff == "ada", active=active)])

    @rule(staff=somebody, cover=st.none() | somebody)
    def be_away(self, staff: str, cover: str | None) -> None:
        begins = self.house.operations.ready()
        with suppress(Refusal):
            self.house.roster.set_absence(PRACTICE, Absence(staff, begins, begins + timedelta(hours=2), cover), COMMAND)
        self.house.absences.run()

    @rule(
        drawn=drawn_hours,
        ladder=some_ladder,
        urgent_ladder=some_urgent_ladder,
        on_call=st.lists(somebody, unique=True, max_size=2),
    )
    def change_settings(
        self, drawn: tuple[Week, dict[int, Day], bool], ladder: Ladder, urgent_ladder: Ladder, on_call: list[str]
    ) -> None:
        weekly, ahead, never_closes = drawn
        today = self.house.operations.ready().date()
        dates = {today + timedelta(days=number): day for number, day in ahead.items()}
        # A week that is never open stands for hours that aren't set.
        hours = Hours(PracticeHours(weekly, dates, never_closes)) if never_closes or any(weekly) else Hours()
        self.change_timing(Timing(hours, ladder, urgent_ladder, tuple(on_call)))

    def change_timing(self, timing: Timing) -> None:
        with suppress(Refusal):
            self.house.save(timing.settings())
            self.timing = timing

    @rule(begin=st.booleans())
    def follow_changes(self, begin: bool) -> None:  # noqa: FBT001 - drawn by name.
        if begin:
            self.house.ladders.begin(PRACTICE, COMMAND)
        self.house.ladder_changes.run()

    @rule(data=st.data(), giver=somebody, taker=somebody, whole=st.booleans())
    def forward(self, data: st.DataObject, giver: str, taker: str, whole: bool) -> None:  # noqa: FBT001 - drawn by name.
        ref = self.some_delivery(data, giver)
        if ref is not None:
            with suppress(Refusal):
                self.house.forward.forward(ref, ForwardRequest(taker, "", whole))

    @rule(data=st.data(), staff=somebody)
    def undo(self, data: st.DataObject, staff: str) -> None:
        ref = self.some_delivery(data, staff)
        if ref is not None:
            with suppress(Refusal):
                self.house.undo.undo(ref)

    @rule(data=st.data(), staff=somebody, topic=st.sampled_from([Topic.BILLING, Topic.OTHER]))
    def correct_the_topic(self, data: st.DataObject, staff: str, topic: Topic) -> None:
        ref = self.some_delivery(data, staff)
        if ref is not None:
            with suppress(Refusal):
                self.house.correction.correct(ref, CorrectionRequest(topic))

    @rule(data=st.data(), to=st.sampled_from([*STAFF, "catch_all", "cascade"]))
    def hand_over_what_is_overdue(self, data: st.DataObject, to: str) -> None:
        found = self.house.overdue.list(PRACTICE, COMMAND).items
        if found:
            message = data.draw(st.sampled_from([one.message for one in found]))
            with suppress(Refusal):
                self.house.overdue.hand_over(PRACTICE, message, to, COMMAND)

    def some_delivery(self, data: st.DataObject, staff: str) -> DeliveryRef | None:
        """One of somebody's deliveries, open or done or moved; None where there is none."""
        theirs = select(delivery.c.id).where(delivery.c.staff == staff).order_by(delivery.c.received_at, delivery.c.id)
        with self.house.engine.connect() as connection:
            found = connection.execute(theirs).scalars().all()
        return DeliveryRef(PRACTICE, data.draw(st.sampled_from(found)), staff, COMMAND) if found else None

    def escalate(self, flow: Escalate) -> None:
        """Carry out what is due: nothing before its moment, and of what waits alone."""
        before, hours = ClimbingRows.read(self.house.engine), self.timing.opening_hours()
        with suppress(Death):
            flow.run()
        after = ClimbingRows.read(self.house.engine)
        after.no_step_comes_before_its_moment(before, partial(opening_time_between, hours))

    def who_is_on_call_has(self, message: UUID) -> None:
        """Whoever is on call, or their cover, has what just became urgent while the practice is closed."""
        staffing, now = self.house.messaging.known(PRACTICE)[0], self.house.operations.ready()
        rows = ClimbingRows.read(self.house.engine)
        if is_open(self.timing.opening_hours(), now) or not rows.goes_to_who_is_on_call(message):
            return
        called = {represent(staff, staffing, now).taken_by for staff in self.timing.on_call} - {None}
        assert called <= rows.who_has_open(message), called

    @invariant()
    def everything_holds(self) -> None:
        rows = ClimbingRows.read(self.house.engine)
        rows.check()
        rows.nobody_gets_by_a_step_what_is_not_theirs(TEAMS)

    def teardown(self) -> None:
        """Once everybody is back and the practice is open, every ladder comes to its end, and the tables agree."""
        house = self.house
        house.bring([a_staff(staff, admin=staff == "ada") for staff in STAFF])
        self.change_timing(replace(self.timing, hours=ALWAYS_OPEN))
        house.ladder_changes.run()
        for _ in range(200):
            waiting = ClimbingRows.read(house.engine).still_climb
            if not waiting:
                break
            until_due = min(row.due_at for row in waiting) - house.operations.ready()
            house.clock.by += max(until_due, timedelta(minutes=31))
            house.escalate.run()
        house.absences.run()
        for _ in range(3):
            house.notify.run()
            house.clock.by += timedelta(minutes=16)
            house.escalate.run()
        rows = ClimbingRows.read(house.engine)
        assert rows.still_climb == []
        rows.what_waits_is_with_somebody_active()
        assert house.failures == []
        breaches = house.breaches()
        assert breaches == {}, breaches
