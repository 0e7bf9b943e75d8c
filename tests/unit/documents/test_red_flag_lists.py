"""The lists of red flags that ship, held against sentences as patients write them."""

from pathlib import Path

import pytest

from adapters.documents.red_flag_lists import LANGUAGES, UNITED_STATES, ready_made
from router.messaging import red_flag_rules
from router.messaging.proposal import Proposal
from router.messaging.red_flags import Flagged
from router.messaging.settings import MessagingSettings
from tests.builders import staffing
from tests.readability import PLAIN_LANGUAGE, grade_of, sentences_of
from tests.samples import __file__ as samples

# What each must raise: a group, `advised` and a group where it is negated, or nothing.
SENTENCES = [
    tuple(line.split("\t"))
    for line in Path(samples).with_name("red_flag_sentences.tsv").read_text("utf-8").splitlines()
    if line
]
SHIPPED = ready_made(LANGUAGES, UNITED_STATES)


def said(found: Flagged | None) -> str:
    if found is None or found.advice is None:
        return "-"
    return found.marks[0].group if found.marks else f"advised {found.advice.group}"


@pytest.mark.parametrize(("expected", "sentence"), SENTENCES)
def test_each_sentence_raises_what_it_must(expected: str, sentence: str) -> None:
    assert said(SHIPPED.look(sentence.replace("\\n", "\n"), tuple(LANGUAGES))) == expected


def test_there_are_two_hundred_of_them() -> None:
    assert len(SENTENCES) >= 200
    assert len({sentence for _, sentence in SENTENCES}) == len(SENTENCES)


def test_a_practice_with_both_languages_has_room_for_phrases_of_its_own() -> None:
    assert sum(len(phrases) for group in SHIPPED.groups for phrases in group.phrases.values()) <= 800


def test_they_can_be_saved_where_their_numbers_are_right_and_ask_for_those_of_other_countries() -> None:
    assert [group.phone for group in SHIPPED.groups] == ["911", "988"]
    after = MessagingSettings(red_flags=SHIPPED, languages=tuple(LANGUAGES))
    assert list(red_flag_rules.check(Proposal(after, after, staffing(), {}))) == []
    elsewhere = MessagingSettings(red_flags=ready_made(["es"], "mx"), languages=("es",))
    wrong = list(red_flag_rules.check(Proposal(elsewhere, elsewhere, staffing(), {})))
    assert [error.field for error in wrong] == ["red_flags.0.phone", "red_flags.1.phone"]
    assert "the number that patients should call" in wrong[0].message


def test_phrases_count_in_the_languages_of_the_practice_alone() -> None:
    assert SHIPPED.look("no puedo respirar", ("en",)) is None
    assert ready_made(["en"], UNITED_STATES).look("no puedo respirar", ("en", "es")) is None


@pytest.mark.parametrize("country", ["", UNITED_STATES])
def test_the_advice_is_easy_to_read_and_says_of_a_line_what_is_known(country: str) -> None:
    for group in ready_made(LANGUAGES, country).groups:
        assert grade_of(sentences_of(group.advice["en"])) <= PLAIN_LANGUAGE
        # Spanish has no such scale: short sentences do.
        assert all(len(sentence.split()) <= 25 for sentence in sentences_of(group.advice["es"]))
        assert group.advice.keys() == LANGUAGES.keys()
    crisis = ready_made(LANGUAGES, country).groups[1].advice
    # 988 answers calls and texts at any hour, free and confidential (https://988lifeline.org).
    assert ("day and night" in crisis["en"], "gratis" in crisis["es"]) == (country == UNITED_STATES,) * 2
