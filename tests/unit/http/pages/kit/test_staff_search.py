"""Labels of staff, and finding them by what was typed."""

import pytest

from adapters.http.pages.kit import staff_search
from adapters.http.pages.kit.staff_search import label_of, labels_of, search
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


def test_each_name_is_folded_once_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each was compared with each other: a second of processor time for 2,000 staff."""
    folded: list[str] = []

    def count_and_fold(name: str) -> str:
        folded.append(name)
        return fold(name)

    monkeypatch.setattr(staff_search, "fold", count_and_fold)
    staff = {member.id: member for member in (a_staff(f"staff-{number}") for number in range(50))}

    assert len(labels_of(staff)) == len(folded) == len(staff)
