"""Why a message came to somebody, in one sentence."""

from datetime import timedelta
from uuid import UUID

import pytest

from router.messages.arrival import Arrival
from router.messages.cascade import HandOver, Recipient, Step
from router.messages.explanation import considered_in_words, hand_over_in_words, why
from router.messages.hand_overs import left_as
from router.messages.topic_change import TopicChange
from router.messages.trace import TracedHandOver
from router.messaging.ladder import Condition, Do, LadderStep
from router.practice.availability import Considered, Standing
from router.practice.topics import Topic
from tests.builders import NOON

NAMES = {"ann": "Ann Lee", "ben": "Ben", "cat": "Cat"}


@pytest.mark.parametrize(
    ("recipient", "sentence"),
    [
        (Recipient("ben", Step.CHOSEN_PROVIDER), "The patient chose you."),
        (Recipient("ben", Step.RECIPIENTS, "ann"), "You cover for Ann Lee, who would have received it."),
        (Recipient("ben", Step.RECIPIENTS, "gone"), "You cover for gone, who would have received it."),
        (Recipient("ben", HandOver.FORWARD, "ann"), "Ann Lee forwarded it to you."),
        (Recipient("ben", HandOver.ABSENCE, "ann"), "You cover for Ann Lee, whose absence began."),
        (
            Recipient("ben", HandOver.STEP, "ann"),
            "Nobody opened or answered it in time, so it came to you. You cover for Ann Lee.",
        ),
        (Recipient("ben", HandOver.ON_CALL), "You are on call, and it is urgent."),
        (Recipient("ben", HandOver.ON_CALL, "ann"), "It is urgent, and you cover for Ann Lee, who is on call."),
        (Recipient("ben", HandOver.CORRECTION), "A colleague moved it to this topic."),
        (Recipient("ben", HandOver.STEP), "Nobody opened or answered it in time, so it came to you."),
    ],
)
def test_every_recipient_hears_why(recipient, sentence) -> None:
    assert why(recipient, NAMES) == sentence


@pytest.mark.parametrize(
    ("owns", "sentence"), [(True, "You own this conversation."), (False, "You owned this conversation when it came.")]
)
def test_who_gave_a_conversation_up_does_not_read_that_they_own_it(owns, sentence) -> None:
    assert why(Recipient("ben", Step.OWNER), NAMES, owns=owns) == sentence
    covered = "You cover for Ann Lee, who would have received it."
    assert why(Recipient("ben", Step.OWNER, "ann"), NAMES, owns=owns) == covered


def moved_by(staff: str) -> TopicChange:
    return TopicChange(UUID(int=1), NOON, Topic.BILLING, Topic.MEDICAL, "Medical Team", staff, UUID(int=2))


WIDEN = LadderStep(480, Condition.UNOPENED, Do.WIDEN)
HAND_OVER = LadderStep(90, Condition.UNANSWERED, Do.HAND_OVER)


@pytest.mark.parametrize(
    ("reason", "arrival", "sentence"),
    [
        (
            HandOver.STEP,
            Arrival(NOON, "ann", WIDEN, Do.WIDEN),
            "Nobody had opened it within 8 h: it was with Ann Lee, and came to you as well.",
        ),
        (
            HandOver.STEP,
            Arrival(NOON, "ann", HAND_OVER, Do.HAND_OVER),
            "Nobody had answered it within 90 min: it was with Ann Lee, and was handed over to you.",
        ),
        (HandOver.STEP, Arrival(NOON, None, WIDEN, Do.WIDEN), "Nobody had opened it within 8 h, so it came to you."),
        (HandOver.OVERDUE, Arrival(NOON, "ann"), "Ann Lee had it and it was overdue: an administrator gave it to you."),
        (HandOver.OVERDUE, Arrival(NOON), "It was overdue: an administrator gave it to you."),
        (HandOver.CORRECTION, Arrival(NOON, correction=moved_by("ann")), "Ann Lee moved it from Billing to Medical."),
        (HandOver.CORRECTION, Arrival(NOON, correction=moved_by("ben")), "You moved it from Billing to Medical."),
        (HandOver.CORRECTION, Arrival(NOON, correction=moved_by("gone")), "gone moved it from Billing to Medical."),
    ],
)
def test_who_got_what_was_not_done_in_time_hears_what_happened_and_who_had_it(reason, arrival, sentence) -> None:
    assert why(Recipient("ben", reason), NAMES, arrival) == sentence
    assert why(Recipient("ben", reason, "cat"), NAMES, arrival) == f"{sentence} You cover for Cat."


@pytest.mark.parametrize(
    ("considered", "words"),
    [
        (Considered("ann", Standing.AVAILABLE, "ann"), "Ann Lee gets it"),
        (Considered("ann", Standing.AWAY_BUT_ASKED, "ann"), "Ann Lee gets it even though they are away"),
        (
            Considered("ann", Standing.COVERED, "cat", ("ben", "cat")),
            "Ann Lee is away and covered by Ben, then Cat, who gets it",
        ),
        (Considered("zoe", Standing.UNKNOWN), "zoe is unknown (skipped)"),
        (Considered("ann", Standing.INACTIVE), "Ann Lee has left (skipped)"),
        (Considered("ann", Standing.AWAY_WITHOUT_COVER), "Ann Lee is away and nobody covers (skipped)"),
        (
            Considered("ann", Standing.AWAY_WITHOUT_COVER, None, ("ben",)),
            "Ann Lee is away, as is the cover Ben, and nobody covers (skipped)",
        ),
        (
            Considered("ann", Standing.COVER_INACTIVE, None, ("ben",)),
            "Ann Lee is away and the cover Ben has left (skipped)",
        ),
        (
            Considered("ann", Standing.COVER_CIRCLE, None, ("ben",)),
            "Ann Lee is away and the covers Ben cover each other in a circle (skipped)",
        ),
    ],
)
def test_every_standing_has_its_words(considered, words) -> None:
    assert considered_in_words(considered, NAMES) == words


def test_a_cover_is_told_for_whom_they_stand_in() -> None:
    assert why(Recipient("ben", Step.RECIPIENTS, "ann"), NAMES) == "You cover for Ann Lee, who would have received it."


@pytest.mark.parametrize(
    ("kind", "whole", "words"),
    [
        (HandOver.FORWARD, False, "Ann Lee forwarded it to Ben."),
        (HandOver.FORWARD, True, "Ann Lee forwarded it to Ben with the whole conversation, which they now own."),
        (HandOver.ABSENCE, False, "Ben covers for Ann Lee, whose absence began."),
        (HandOver.OVERDUE, False, "It was with Ann Lee. It was overdue, and an administrator gave it to Ben."),
        (HandOver.ON_CALL, False, "Ben got it on call, because it was urgent and the practice was closed."),
        (HandOver.STEP, False, "A step of the ladder gave it to Ben."),
    ],
)
def test_the_trace_says_how_a_message_came_from_one_to_another(kind, whole, words) -> None:
    assert hand_over_in_words(TracedHandOver(NOON, "ann", "ben", kind, whole), NAMES) == words


@pytest.mark.parametrize(
    ("giver", "did", "words"),
    [
        ("ann", Do.WIDEN, "A step of the ladder gave it to Ben as well; it stayed with Ann Lee."),
        ("ann", Do.HAND_OVER, "It was with Ann Lee. A step of the ladder handed it over to Ben."),
        ("ben", Do.WIDEN, "A step of the ladder gave it to Ben."),
    ],
)
def test_the_trace_says_whether_a_step_left_it_with_who_had_it(giver, did, words) -> None:
    handed = TracedHandOver(NOON, giver, "ben", HandOver.STEP, whole_conversation=False, did=did)
    assert hand_over_in_words(handed, NAMES) == words


@pytest.mark.parametrize(
    ("opened_at", "owns", "cover_reads", "trace_reads"),
    [
        (None, True, "who had not read it", "whose absence began before they had read it"),
        (
            NOON,
            False,
            "who had read it and was not done with it",
            "whose absence began when they had read it and were not done with it",
        ),
        (
            NOON,
            True,
            "who owns this conversation and was not done with it",
            "who owns the conversation and was not done with it when their absence began",
        ),
        # They opened it once it had come back: what they had done with it before isn't known any more.
        (NOON + timedelta(hours=2), True, "whose absence began", "whose absence began"),
    ],
)
def test_a_cover_and_the_trace_read_what_the_absent_person_had_done_with_it(
    opened_at, owns, cover_reads, trace_reads
) -> None:
    left = left_as(opened_at, NOON + timedelta(hours=1), owns=owns)
    given = Arrival(NOON, "ann", left=left)
    assert why(Recipient("ben", HandOver.ABSENCE, "ann"), NAMES, given) == f"You cover for Ann Lee, {cover_reads}."
    handed = TracedHandOver(NOON, "ann", "ben", HandOver.ABSENCE, whole_conversation=False, left=left)
    assert hand_over_in_words(handed, NAMES) == f"Ben covers for Ann Lee, {trace_reads}."


def test_the_trace_names_nobody_as_giver_where_nobody_had_it() -> None:
    handed = TracedHandOver(NOON, "ben", "ben", HandOver.OVERDUE, whole_conversation=False)
    assert hand_over_in_words(handed, NAMES) == "It was overdue, and an administrator gave it to Ben."
