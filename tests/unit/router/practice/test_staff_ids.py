"""Ids that are made from names."""

import pytest

from router.practice.staff_ids import staff_id_from


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Dr. Ana Müller", "dr-ana-muller"),
        ("  O\u2019Brien, Łukasz ", "o-brien-lukasz"),
        ("李雷", "staff"),
        ("Cascade", "cascade-2"),
        ("x" * 300, "x" * 40),
    ],
)
def test_a_name_becomes_something_that_can_be_typed(name, made) -> None:
    assert staff_id_from(name, []) == made


def test_what_is_taken_is_numbered() -> None:
    assert staff_id_from("Ann", ["ann", "ann-2"]) == "ann-3"
