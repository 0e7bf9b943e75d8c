"""Labels of staff, and finding them by what was typed."""

from dataclasses import replace

import pytest

from adapters.http.pages.kit import staff_search
from adapters.http.pages.kit.staff_search import (
    LONGEST,
    NOBODY_MATCHES,
    StaffSearch,
    find_colleague,
    label_of,
    labels_of,
    search,
)
from router.practice.roster_rules import ID_LIMIT, NAME_LIMIT
from router.text import folding
from router.text.folding import fold
from tests.builders import a_staff

ANN, NAMESAKE, BEN = a_staff("ann", name="Ann Doe"), a_staff("ann-2", name="ANN DOE"), a_staff("ben", name="Ben Roe")
STAFF = {member.id: member for member in (ANN, NAMESAKE, BEN)}


def test_only_those_with_the_same_name_are_told_apart_by_id() -> None:
    assert labels_of(STAFF) == {"ann": "Ann Doe (ann)", "ann-2": "ANN DOE (ann-2)", "ben": "Ben Roe"}
    assert [label_of(member, STAFF) for member in STAFF.values()] == list(labels_of(STAFF).values())


def test_a_label_finds_the_one_it_belongs_to() -> None:
    assert search("ann doe (ANN-2)", STAFF) == [NAMESAKE]
    assert search("roe", STAFF) == [BEN]


def test_nobody_is_found_by_a_text_that_is_longer_than_any_label() -> None:
    """It was folded again for every colleague: half a megabyte, two thousand times."""
    long = replace(a_staff("i" * ID_LIMIT, name="n" * NAME_LIMIT), title="t" * NAME_LIMIT)
    twins = {member.id: member for member in (long, replace(long, id="j" * ID_LIMIT))}
    label = label_of(long, twins)

    assert len(label) == LONGEST
    assert search(label, twins) == [long]
    assert search(f"{label} ", twins) == []
    assert search("roe " * LONGEST, STAFF) == []
    assert find_colleague("roe " * LONGEST, STAFF, "ann") == NOBODY_MATCHES


def test_what_was_typed_is_folded_once_however_many_staff_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    folded: list[str] = []

    def count_and_fold(text: str) -> str:
        folded.append(text)
        return fold(text)

    monkeypatch.setattr(folding, "fold", count_and_fold)
    staff = StaffSearch({member.id: member for member in (a_staff(f"staff-{number}") for number in range(50))})
    folded.clear()

    assert staff.find("n\u00f3body") == staff.find("else") == []

    assert folded == ["n\u00f3body", "else"]


def test_those_who_match_are_named_after_looking_through_the_staff_once(monkeypatch: pytest.MonkeyPatch) -> None:
    folded: list[str] = []

    def count_and_fold(name: str) -> str:
        folded.append(name)
        return fold(name)

    monkeypatch.setattr(staff_search, "fold", count_and_fold)
    staff = {member.id: member for member in (a_staff(f"staff-{number}", name="Jo Doe") for number in range(50))}

    found = find_colleague("jo", staff, "staff-0")

    assert str(found).startswith("49 people match: Jo Doe (staff-1); Jo Doe (staff-10); ")
    assert len(folded) < 5 * len(staff)


def test_each_name_is_folded_once_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each was compared with each other: a second of processor time for 2,000 staff."""
    folded: list[str] = []

    def count_and_fold(name: str) -> str:
        folded.append(name)
        return fold(name)

    monkeypatch.setattr(staff_search, "fold", count_and_fold)
    staff = {member.id: member for member in (a_staff(f"staff-{number}") for number in range(50))}

    assert len(labels_of(staff)) == len(folded) == len(staff)
