"""Whom somebody means who signs in."""

import pytest

from router.access.sign_in_names import operator_meant, person_meant, practice_meant
from router.practice.people import Practice
from tests.builders import a_staff

PRACTICES = (
    Practice("willow", "Willow Creek Clinic", "UTC"),
    Practice("oak", "Oak", "UTC"),
    Practice("OAK", "O", "UTC"),
)
STAFF = (
    a_staff("ann"),
    a_staff("Ben", email="Shared@clinic.example"),
    a_staff("cy", email="shared@clinic.example"),
    a_staff("gone", active=False),
    a_staff("none", email=None),
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("willow", "willow"),
        ("WILLOW", "willow"),
        ("willow creek clinic", "willow"),
        ("oak", "oak"),
        ("Oak", None),
        ("", None),
    ],
)
def test_a_practice_is_named_by_id_or_name_in_any_case(typed, meant) -> None:
    found = practice_meant(typed, PRACTICES)

    assert (found.id if found else None) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ann", "ann"),
        ("ANN", "ann"),
        ("Ann@Clinic.Example", "ann"),
        ("ben", "Ben"),
        ("shared@clinic.example", None),
        ("GONE", None),
        ("gone@clinic.example", None),
        ("nobody", None),
        ("", None),
    ],
)
def test_a_person_is_named_by_id_or_address_in_any_case(typed, meant) -> None:
    found = person_meant(typed, STAFF)

    assert (found.id if found else None) == meant


def test_an_operator_is_named_in_any_case_where_only_one_is_meant() -> None:
    assert operator_meant("OLGA", ["olga", "oleg"]) == "olga"
    assert operator_meant("OLGA", ["olga", "Olga"]) is None
    assert operator_meant("Olga", ["olga", "Olga"]) == "Olga"
