"""Phrases that are looked for in texts."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.text import phrases
from router.text.phrase_words import LIGHT, UNITS
from router.text.phrases import MOST_LIGHT, Found, PhraseBook

BOOK = PhraseBook(
    ["chest pain", "bleed*", "can't breathe", "in my the", "", "no pulse", "do not wake up", "harm myself", "kms"]
)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", []),
        ("pain in the chest", []),
        ("Chest   PAIN", [0]),
        ("my chest. Pain!", [0]),
        ("chestpains", []),
        ("it is bleeding", [1]),
        ("a nosebleed", []),
        ("cant breath", [2]),
        ("can not breathe", [2]),
        ("can: not breathe", []),
        ("CAN\u2019T BREATHE\u200b", [2]),
        ("in my the", [3]),
        ("bleed", [1]),
        ("breathe", []),
        ("he has no pulse", [5]),
        ("they don't wake up", [6]),
        ("chest", []),
        ("my chest is in pain", []),
        ("chest still had the pain", [0]),
        ("chest no pain", []),
        ("chest is the", []),
        ("harm my self", [7]),
        ("harm my slef", [7]),
        ("harm my. self", []),
        ("my self", []),
        ("kms", [8]),
        ("i will kms", [8]),
        ("5 kms", []),
        ("how many kms", []),
        ("3 kms to you, and i want to kms", [8]),
    ],
)
def test_whole_words_are_found_however_they_are_written(text: str, places: list[int]) -> None:
    assert [found.place for found in BOOK.find(text)] == places


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("no chest pain", True),
        ("no, chest pain", False),
        ("no\nchest pain", False),
        ("no 🙂 chest pain", False),
        ("there was no chest pain but chest pain is here now", False),
        ("no chest pain and no chest pain", True),
        ("no no chest pain", True),
        ("i dont have any chest pain", True),
        ("i. dont have any chest pain", True),
        ("chest pain", False),
    ],
)
def test_a_negator_directly_before_a_phrase_negates_it(text: str, negated: object) -> None:
    assert BOOK.find(text) == [Found(0, bool(negated))]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("chest " + "my " * MOST_LIGHT + "pain", [0]),
        ("chest " + "my " * (MOST_LIGHT + 1) + "pain", []),
        ("in " + "my " * (MOST_LIGHT + 1) + "the", [3]),
        ("bleeds, bleedings and bleed", [1]),
        ("blee bl b", []),
        ("i will kms, kms, 4 kms", [8]),
    ],
)
def test_some_words_between_those_of_a_phrase_are_passed_over(text: str, places: list[int]) -> None:
    assert [found.place for found in BOOK.find(text)] == places


class Steps:
    """Words that count how often they are asked."""

    def __init__(self, words: frozenset[str]) -> None:
        self.words = words
        self.asked = 0

    def __contains__(self, word: object) -> bool:
        self.asked += 1
        return word in self.words


def test_looking_takes_as_many_steps_as_a_text_has_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """For each word that could begin the phrase, all that could stand within it were passed over: half of n times n."""
    steps = Steps(LIGHT)
    monkeypatch.setattr(phrases, "LIGHT", steps)

    assert PhraseBook(["my heart hurts"]).find("heart hurts " + "my " * 5_000) == []

    assert steps.asked <= (MOST_LIGHT + 1) * 5_000


def test_a_phrase_is_compared_only_where_its_first_word_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each phrase was compared at each word; and once it is found without a negator, the others don't matter."""
    steps = Steps(UNITS)
    monkeypatch.setattr(phrases, "UNITS", steps)
    book = PhraseBook(["heart hurts", "heart attack", "collap*", "faint*"])

    found = book.find("the attack hurts, a heart of gold and a heart attack, then another heart attack, a collapse")

    assert found == [Found(1, negated=False), Found(2, negated=False)]
    assert steps.asked == len(("heart", "heart", "heart")) + len(("heart", "heart attack")) + len(("collapse",))


def test_what_is_negative_itself_is_not_negated() -> None:
    assert BOOK.find("no can't breathe") == [Found(2, negated=False)]


def test_no_phrase_is_looked_for_by_a_word_that_may_be_written_as_two() -> None:
    book = PhraseBook(["don't want to live", "myself"])
    assert book.find("I do not want to live, my self") == [Found(0, negated=False)]
    assert book.find("by myself") == [Found(1, negated=False)]


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_phrase_is_found_between_any_texts(before: str, after: str) -> None:
    assert 0 in [found.place for found in BOOK.find(f"{before} chest pain {after}")]


def test_a_copy_finds_the_same() -> None:
    book = PhraseBook(["chest pain"])
    assert book.find("chest pain")
    assert pickle.loads(pickle.dumps(book)).find("chest pain") == [Found(0, negated=False)]  # noqa: S301


def test_words_of_texts_are_kept_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrases, "MOST_WORDS", 2)
    book = PhraseBook(["chest pain"])
    for _ in range(2):
        assert book.find("one two three chest pain") == [Found(0, negated=False)]


def test_words_that_no_phrase_has_room_for_are_not_kept() -> None:
    """A process kept 50,000 of them, of a quarter of a million letters each."""
    book = PhraseBook(["chest pain", "aargh*"])
    long = "a" * 100_000

    size = len(pickle.dumps(book))

    assert book.find(f"chest pain {long}rgh") == [Found(0, negated=False), Found(1, negated=False)]

    assert len(pickle.dumps(book)) - size < 2 * phrases.LONGEST_KEPT
