"""The id of a practice: typed at every sign-in."""

import pytest

from router.practice.practice_id import problem_with_practice_id


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("willow-creek", None),
        ("Willow Creek Clinic", "must not contain spaces; try willow-creek-clinic"),
        (" willow\u00a0creek ", "must not contain spaces; try willow-creek"),
    ],
)
def test_an_id_with_spaces_is_refused_with_one_that_is_fine(text, problem) -> None:
    assert problem_with_practice_id(text) == problem


@pytest.mark.parametrize("text", ["", "x" * 129, "willow\x00creek"])
def test_what_no_id_may_be_is_no_id_of_a_practice_either(text) -> None:
    problem = problem_with_practice_id(text)

    assert problem
    assert "try" not in problem
