"""A small practice with a ladder, everything that can happen to it in any order, and what must hold all the while."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import Engine, select

from adapters.database import tables
from router.actors import COMMAND
from router.errors import IllegalTransitionError, Refusal
from router.flows.staff.inbox import InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import DeliveryRef
from router.messages.states import DeliveryState
from router.messaging.hours import Hours, Interval, PracticeHours
from router.messaging.ladder import Condition, Do, Ladder, LadderStep
from router.messaging.settings import MessagingSettings
from router.practice.availability import Absence
from router.practice.topics import Topic
from tests.acceptance.crashes import Death, DyingDatabase
from tests.builders import a_patient, a_staff, settings
from tests.house import PRACTICE, House

STAFF = ("ada", "ann", "ben", "cem")
HALF_DAY = (Interval(0, 12 * 60),)
HOURS = (
    Hours(PracticeHours(round_the_clock=True)),
    Hours(PracticeHours((HALF_DAY,) * 7)),
    Hours(PracticeHours((HALF_DAY, (), HALF_DAY, (), HALF_DAY, (), ()))),
    Hours(),
)
LADDERS: tuple[Ladder, ...] = (
    (
        LadderStep(30, Condition.UNOPENED, Do.REMIND),
        LadderStep(60, Condition.UNOPENED, Do.WIDEN),
        LadderStep(90, Condition.UNANSWERED, Do.HAND_OVER),
        LadderStep(120, Condition.UNANSWERED, Do.ALERT),
    ),
    (
        LadderStep(10, Condition.UNANSWERED, Do.WIDEN),
        LadderStep(300, Condition.UNANSWERED, Do.REMIND),
        LadderStep(400, Condition.UNANSWERED, Do.ALERT),
    ),
    (),
)
somebody = st.sampled_from(STAFF)


def with_ladder(hours: Hours, ladder: Ladder) -> MessagingSettings:
    """Ann and ben get bills, cem is the catch-all."""
    return settings({Topic.BILLING: ["ann", "ben"]}, hours=hours, ladder=ladder, catch_all=("cem",))


class Climbing(RuleBasedStateMachine):
    """Hypothesis draws what happens; the invariants are checked after each step."""

    fresh: ClassVar[Callable[[], Engine]]

    def __init__(self) -> None:
        super().__init__()
        self.house = House(type(self).fresh())
        self.hours, self.ladder, self.count = HOURS[0], LADDERS[0], 0
        patients = [a_patient("pat", team=["ann", "cem"]), a_patient("sam", team=["ben"])]
        self.house.furnish(
            self.messaging(), staff=[a_staff(one, admin=one == "ada") for one in STAFF], patients=patients
        )

    def messaging(self) -> MessagingSettings:
        return with_ladder(self.hours, self.ladder)

    @rule(patient=st.sampled_from(["pat", "sam"]), topic=st.sampled_from([Topic.BILLING, Topic.MEDICAL]))
    def write(self, patient: str, topic: Topic) -> None:
        self.count += 1
        chosen = {"pat": "ann", "sam": "ben"}[patient] if topic is Topic.MEDICAL else None
        draft = self.house.draft(f"key-{self.count}", patient=patient, topic=topic, to=chosen)
        self.house.try_to_write(draft)
        self.house.route.run()

    @rule(minutes=st.sampled_from([1, 11, 31, 61, 700]))
    def let_time_pass(self, minutes: int) -> None:
        self.house.clock.by += timedelta(minutes=minutes)
        self.house.escalate.run()

    @rule(stored=st.booleans())
    def die_while_escalating(self, stored: bool) -> None:  # noqa: FBT001 - drawn by name.
        self.house.clock.by += timedelta(minutes=31)
        with suppress(Death):
            replace(self.house.escalate, database=DyingDatabase(self.house.database, stored)).run()

    @rule(
        data=st.data(), staff=somebody, act=st.sampled_from(["read", "unread", "done", "claim", "reply", "keep_open"])
    )
    def work_on_an_inbox(self, data: st.DataObject, staff: str, act: str) -> None:
        items = self.house.inbox(staff).items + self.house.inbox(staff, InboxView.DONE).items
        if not items:
            return
        ref = DeliveryRef(PRACTICE, data.draw(st.sampled_from([one.delivery for one in items])), staff, COMMAND)
        with suppress(Refusal, IllegalTransitionError):
            if act == "claim":
                self.house.replies.claim(ref)
            elif act in {"reply", "keep_open"}:
                self.house.replies.reply(ref, ReplyRequest("An answer", keep_open=act == "keep_open"))
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

    @rule(hours=st.sampled_from(HOURS), ladder=st.sampled_from(LADDERS))
    def change_settings(self, hours: Hours, ladder: Ladder) -> None:
        self.hours, self.ladder = hours, ladder
        self.house.save(self.messaging())

    @rule(begin=st.booleans())
    def follow_changes(self, begin: bool) -> None:  # noqa: FBT001 - drawn by name.
        if begin:
            self.house.ladders.begin(PRACTICE, COMMAND)
        self.house.ladder_changes.run()

    def rows(self, table: Any) -> list[Any]:  # noqa: ANN401 - a table.
        with self.house.engine.connect() as connection:
            return list(connection.execute(select(table)))

    @invariant()
    def every_step_that_is_due_waits_in_the_queue_and_nothing_else_does(self) -> None:
        waiting = {(row.id, row.due_at) for row in self.rows(tables.waiting) if row.kind == "escalate"}
        due = {(row.message, row.due_at) for row in self.rows(tables.ladder_run) if row.due_at is not None}
        assert waiting == due

    @invariant()
    def a_message_has_one_current_run_and_it_waits_until_its_alert(self) -> None:
        steps = {(row.message, row.run, row.step) for row in self.rows(tables.ladder_step)}
        current: set[object] = set()
        for run in self.rows(tables.ladder_run):
            if run.ended_at is None:
                assert run.message not in current
                current.add(run.message)
                is_over = (run.message, run.number, len(run.steps) - 1) in steps
                assert run.due_at is not None or is_over or run.failed_at is not None, run

    @invariant()
    def nothing_comes_as_a_volley(self) -> None:
        """Two steps of a run that did something are as far apart as the ladder says, also on the clock."""
        runs = {(row.message, row.number): row for row in self.rows(tables.ladder_run)}
        acted = [row for row in self.rows(tables.ladder_step) if row.did is not None and row.planned != "alert"]
        for key, run in runs.items():
            ordered = sorted((row for row in acted if (row.message, row.run) == key), key=lambda row: row.step)
            for before, after in pairwise(ordered):
                distance = run.steps[after.step]["after"] - run.steps[after.step - 1]["after"]
                assert after.at - before.at >= timedelta(minutes=distance), (before, after)

    @invariant()
    def each_step_told_each_person_once(self) -> None:
        told = [(row.message, row.run, row.step, row.staff) for row in self.rows(tables.step_notice)]
        assert len(told) == len(set(told))

    @invariant()
    def what_was_written_to_a_chosen_provider_reaches_the_care_team_and_covers_only(self) -> None:
        threads = {row.id: row for row in self.rows(tables.conversation) if row.chosen is not None}
        chosen = {row.id for row in self.rows(tables.message) if row.conversation in threads}
        covers = {row.taker for row in self.rows(tables.hand_over) if row.kind == "absence"}
        covers |= {row.staff for row in self.rows(tables.delivery) if row.represents is not None}
        for delivery in self.rows(tables.delivery):
            if delivery.message in chosen and delivery.step == "step" and delivery.represents is None:
                assert delivery.staff in {"ann", "ben", "cem"} | covers, delivery

    def teardown(self) -> None:
        """Once everybody is back and the practice is open, every ladder comes to its end, and the tables agree."""
        house = self.house
        house.bring([a_staff(staff, admin=staff == "ada") for staff in STAFF])
        if self.hours != HOURS[0]:
            self.hours = HOURS[0]
            house.save(self.messaging())
        house.ladder_changes.run()
        for _ in range(40):
            house.clock.by += timedelta(minutes=61)
            house.escalate.run()
        house.absences.run()
        for _ in range(3):
            house.notify.run()
            house.clock.by += timedelta(minutes=16)
        assert [row for row in self.rows(tables.waiting) if row.kind == "escalate"] == []
        assert house.failures == []
        assert house.breaches() == {}
