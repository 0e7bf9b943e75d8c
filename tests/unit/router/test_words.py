"""Texts, states and sentences."""

import pytest

from router.errors import IllegalTransitionError, Refusal
from router.messages.cascade import Recipient, Step
from router.messages.explanation import considered_in_words, why
from router.messages.states import DeliveryState, State, advance_delivery, can_advance
from router.practice.availability import Considered, Standing
from router.practice.people import Patient
from router.practice.topics import Topic
from router.text import problem_with

NAMES = {"ann": "Ann", "ben": "Ben", "cat": "Cat"}


@pytest.mark.parametrize("text", ["a", "x" * 10, " trimmed   ", "ünïcödé 🙂", "\u202eright to left"])
def test_plain_text_is_fine(text) -> None:
    assert problem_with(text, 10 if len(text.strip()) <= 10 else 20) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "must not be empty"),
        (" \t\n ", "must not be empty"),
        ("x" * 11, "must have at most 10 characters"),
        ("a\x00b", "must not contain control characters or broken Unicode (U+0000 at character 2)"),
        ("a\nb", "must not contain control characters or broken Unicode (U+000A at character 2)"),
        ("a\ud800b", "must not contain control characters or broken Unicode (U+D800 at character 2)"),
    ],
)
def test_other_text_is_refused_in_words(text, problem) -> None:
    assert problem_with(text, 10) == problem


def test_bodies_may_have_lines_but_no_other_controls() -> None:
    assert problem_with("a\tb\r\nc", 10, lines=True) is None
    assert problem_with("a\x1bb", 10, lines=True) is not None


def test_a_delivery_follows_its_table() -> None:
    assert advance_delivery(DeliveryState.UNREAD, DeliveryState.READ) is DeliveryState.READ
    assert advance_delivery(DeliveryState.DONE, DeliveryState.DONE) is DeliveryState.DONE
    with pytest.raises(IllegalTransitionError):
        advance_delivery(DeliveryState.MOVED, DeliveryState.DONE)


def test_a_message_never_goes_backwards() -> None:
    assert can_advance(State.DELIVERED, State.OPENED)
    assert not can_advance(State.ANSWERED, State.OPENED)
    assert not can_advance(State.OPENED, State.DELIVERED)


@pytest.mark.parametrize(
    ("considered", "words"),
    [
        (Considered("ann", Standing.AVAILABLE, "ann"), "Ann gets it"),
        (Considered("ann", Standing.AWAY_BUT_ASKED, "ann"), "Ann gets it although away"),
        (
            Considered("ann", Standing.COVERED, "cat", ("ben", "cat")),
            "Ann is away and covered by Ben, then Cat, who gets it",
        ),
        (Considered("zoe", Standing.UNKNOWN), "zoe is not known, skipped"),
        (Considered("ann", Standing.INACTIVE), "Ann has left, skipped"),
        (Considered("ann", Standing.AWAY_WITHOUT_COVER), "Ann is away and nobody covers, skipped"),
        (
            Considered("ann", Standing.AWAY_WITHOUT_COVER, None, ("ben",)),
            "Ann is away, as is the cover Ben, and nobody covers, skipped",
        ),
        (
            Considered("ann", Standing.COVER_INACTIVE, None, ("ben",)),
            "Ann is away and the cover Ben has left, skipped",
        ),
        (
            Considered("ann", Standing.COVER_CIRCLE, None, ("ben",)),
            "Ann is away and the covers Ben go round in a circle, skipped",
        ),
    ],
)
def test_every_standing_has_its_words(considered, words) -> None:
    assert considered_in_words(considered, NAMES) == words


def test_a_cover_is_told_for_whom_they_stand_in() -> None:
    assert why(Recipient("ben", Step.RECIPIENTS, "ann"), NAMES) == "You cover for Ann, who would have got it."


def test_a_refusal_at_a_field_names_it() -> None:
    refusal = Refusal.at("to", "is odd")

    assert (refusal.detail, refusal.errors[0].field) == ("to: is odd", "to")


def test_topics_have_labels_and_default_names() -> None:
    assert next((topic.label, topic.default_display_name) for topic in Topic) == ("Medical", "Medical Team")


def test_patients_and_texts_stay_out_of_reprs() -> None:
    assert "Secret" not in repr(Patient("p", "Secret Name"))
