"""What a step of a ladder does in each situation, and how the trace says it."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from router.coverage.ladder_decisions import Because, Decision, Holder, Situation, decide, traced_step_in_words
from router.messages.cascade import HandOver, Question, Recipient, Step
from router.messages.states import DeliveryState
from router.messages.trace import TracedStepOfLadder
from router.messaging.ladder import Condition, Do, LadderStep
from router.messaging.settings import MessagingSettings
from router.practice.availability import Absence
from router.practice.topics import Topic
from tests.builders import NOON, a_staff, away, settings, staffing

PEOPLE = (a_staff("ada", admin=True), a_staff("ann"), a_staff("ben"), a_staff("cem"))
BILL = Question(Topic.BILLING, "north", care_team=("cem",))
TO_ANN = settings({Topic.BILLING: ["ann"]}, catch_all=("ben",))
MOVED, DONE, UNREAD = DeliveryState.MOVED, DeliveryState.DONE, DeliveryState.UNREAD
ALERTED = Decision(Do.ALERT, Because.NOBODY_AVAILABLE, told=("ada",))


def holder(staff: str, state: DeliveryState = UNREAD, reason: str = Step.RECIPIENTS.value) -> Holder:
    """Somebody with a delivery whose number is their first letter's."""
    return Holder(delivery_of(staff), staff, reason, state, NOON)


def delivery_of(staff: str) -> UUID:
    return UUID(int=ord(staff[0]))


def decided(
    do: Do,
    *holders: Holder,
    question: Question = BILL,
    messaging: MessagingSettings = TO_ANN,
    absences: Sequence[Absence] = (),
) -> Decision:
    situation = Situation(
        question,
        private=False,
        holders=holders,
        messaging=messaging,
        staffing=staffing(*PEOPLE, absences=absences),
        at=NOON,
    )
    return decide(LadderStep(60, Condition.UNANSWERED, do), situation)


def given(*staff: str) -> tuple[Recipient, ...]:
    return tuple(Recipient(member, HandOver.STEP) for member in staff)


class TestWiden:
    def test_recipients_who_do_not_have_it_come_before_the_care_team(self) -> None:
        both = settings({Topic.BILLING: ["ann", "ben"]})

        assert decided(Do.WIDEN, holder("ann"), messaging=both) == Decision(Do.WIDEN, takers=given("ben"))

    def test_where_all_recipients_have_it_the_care_team_gets_it_if_the_practice_allows_that(self) -> None:
        strict = replace(TO_ANN, care_team_fallback=False)

        assert decided(Do.WIDEN, holder("ann")) == Decision(Do.WIDEN, takers=given("cem"))
        assert decided(Do.WIDEN, holder("ann"), messaging=strict) == Decision(None, Because.ALL_HAVE_IT)

    def test_what_was_written_to_a_chosen_provider_goes_no_further_than_their_cover_and_the_care_team(self) -> None:
        to_ann = Question(Topic.MEDICAL, "north", chosen="ann", care_team=("ann", "cem"))

        assert decided(Do.WIDEN, holder("ann"), question=to_ann) == Decision(Do.WIDEN, takers=given("cem"))
        covered = decided(Do.WIDEN, holder("ann"), holder("cem"), question=to_ann, absences=[away("ann", "ben")])
        assert covered.takers == (Recipient("ben", HandOver.STEP, "ann"),)
        assert decided(Do.WIDEN, holder("ann"), holder("cem"), question=to_ann) == ALERTED


class TestHandOver:
    def test_it_moves_to_the_catch_all(self) -> None:
        expected = Decision(Do.HAND_OVER, takers=given("ben"), moved=(delivery_of("ann"),))

        assert decided(Do.HAND_OVER, holder("ann")) == expected
        assert decided(Do.HAND_OVER, holder("ann"), holder("ben", MOVED)) == expected

    def test_a_taker_who_has_it_keeps_it(self) -> None:
        moved = Decision(Do.HAND_OVER, moved=(delivery_of("ann"),))

        assert decided(Do.HAND_OVER, holder("ann"), holder("ben")) == moved
        assert decided(Do.HAND_OVER, holder("ben")) == Decision(None, Because.ALL_HAVE_IT)

    @pytest.mark.parametrize("state", [UNREAD, DONE])
    def test_a_taker_who_had_it_by_a_forward_alone_gets_it(self, state: DeliveryState) -> None:
        """Else it would leave every inbox with them, or had already."""
        forwarded = holder("ben", state, HandOver.FORWARD.value)

        found = decided(Do.HAND_OVER, holder("ann"), forwarded)

        assert found == Decision(Do.HAND_OVER, takers=given("ben"), moved=(delivery_of("ann"),))

    def test_with_nobody_to_take_it_it_is_an_alert_and_nothing_moves(self) -> None:
        assert decided(Do.HAND_OVER, holder("ann"), absences=[away("ben")]) == ALERTED


@pytest.mark.parametrize(
    ("did", "because", "told", "takers", "sentence"),
    [
        ("remind", None, ("ann", "gone"), (), "Step 2 of the ladder reminded Ann Lee, gone."),
        ("widen", None, (), ("ben",), "Step 2 of the ladder gave it to Ben."),
        ("hand_over", None, (), ("ben",), "Step 2 of the ladder handed it over to Ben."),
        ("hand_over", None, (), (), "Step 2 of the ladder handed it over to the people who already had it."),
        ("alert", None, (), (), "Step 2 of the ladder alerted nobody."),
        ("remind", None, ("ann",), ("ben",), "Step 2 of the ladder reminded Ann Lee and gave it to Ben."),
        (
            "alert",
            "step_failed",
            ("ann",),
            ("ben",),
            "Step 2 of the ladder alerted Ann Lee, because the step failed three times, and gave it to Ben.",
        ),
        (
            "alert",
            "step_failed",
            ("ben",),
            (),
            "Step 2 of the ladder alerted Ben, because the step failed three times.",
        ),
        (None, "opened", (), (), "Step 2 of the ladder did nothing, because somebody who has it had opened it."),
    ],
)
def test_the_trace_says_what_a_step_did_and_why(did, because, told, takers, sentence) -> None:
    step = TracedStepOfLadder(1, 1, NOON, "widen", did, because, told, takers)

    assert traced_step_in_words(step, {"ann": "Ann Lee", "ben": "Ben"}) == sentence
