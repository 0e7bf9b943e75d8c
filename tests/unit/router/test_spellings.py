"""Names that were typed in another spelling than the one that is stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.text.folding import has_words, is_colleague, is_person, searchable, words_of
from router.text.spellings import spellings


@pytest.mark.parametrize(
    ("sought", "name"),
    [
        ("oconnor", "Siobhán O\u2019Connor"),
        ("O'Connor", "Siobhan OConnor"),
        ("dangelo", "Marco D`Angelo"),
        ("almasri", "Layla al-Masri"),
        ("al masri", "Layla al-Masri"),
        ("al-masri", "Layla Al Masri"),
        ("al-masri", "Layla Almasri"),
        ("annemarie", "Anne\u2011Marie Roux"),
        ("Müller", "Cleo Mueller"),
        ("Mueller", "Cleo Müller"),
        ("Muller", "Cleo Müller"),
        ("muller", "Cleo Mueller"),
        ("joergensen", "Søren Jørgensen"),
        ("nguyen", "Nguyễn Văn An"),
        ("Nguyễn", "Nguyen Van An"),
    ],
)
def test_a_name_is_found_in_the_spelling_that_people_type(sought: str, name: str) -> None:
    assert is_person(words_of(sought), searchable((name, None, "p-1")))


@pytest.mark.parametrize(
    ("sought", "name"),
    [
        ("sue", "Susan Hart"),
        ("mae", "Max Hart"),
        ("zoe", "Zora Hart"),
        ("joel", "Jolene Hart"),
        ("michael", "Michal Hart"),
        ("anna", "Dan Nash"),
        ("oconner", "O'Connor"),
        ("sandra", "Susan Drake"),
        ("martin", "Omar Tinsley"),
    ],
)
def test_another_name_is_not_found(sought: str, name: str) -> None:
    assert not is_person(words_of(sought), searchable((name,)))
    assert not is_person(words_of(","), searchable((name,)))


@pytest.mark.parametrize(
    ("sought", "name"),
    [("Maes", "Thomas Reed"), ("Coen", "Connor Bell"), ("Mauer", "Maurice Smith"), ("Boer", "Deborah Hill")],
)
def test_a_colleague_is_not_taken_for_another_by_a_part_of_the_name(sought: str, name: str) -> None:
    """Messages were forwarded to whoever was the only one with such a part."""
    assert is_person(words_of(sought), searchable((name,)))
    assert not is_colleague(words_of(sought), searchable((name, "Nurse")))


@pytest.mark.parametrize(
    ("sought", "name"),
    [("mueller", "Cleo Müller"), ("muller", "Cleo Mueller"), ("oconnor nurse", "Siobhán O'Connor"), ("Con", "Connor")],
)
def test_a_colleague_is_found_in_other_spellings_of_the_name(sought: str, name: str) -> None:
    assert is_colleague(words_of(sought), searchable((name, "Nurse")))


def test_texts_are_looked_through_as_they_are_typed() -> None:
    """In what somebody wrote, a word is a word."""
    assert not has_words(words_of("mueller"), searchable(("The mill of Müller",)))


@given(st.text(max_size=40))
def test_what_was_typed_is_always_one_of_the_spellings_and_there_are_few(text: str) -> None:
    for word in words_of(text):
        assert spellings(word)[0] == word
        assert len(spellings(word)) < 100


def test_nobody_types_a_name_that_long() -> None:
    assert spellings("x" * 200) == ("x" * 200,)
