"""Who can take a message, and who stands in."""

from datetime import timedelta

import pytest

from router.practice.availability import Standing, insist, represent
from tests.builders import NOON, a_staff, away, staffing

ANN, BEN, CAT = (a_staff(name) for name in ("ann", "ben", "cat"))
LEFT = a_staff("left", active=False)


@pytest.mark.parametrize(
    ("absences", "standing", "taken_by", "covers"),
    [
        ([], Standing.AVAILABLE, "ann", ()),
        ([away("ann", "ben")], Standing.COVERED, "ben", ("ben",)),
        ([away("ann", "ben"), away("ben", "cat")], Standing.COVERED, "cat", ("ben", "cat")),
        ([away("ann")], Standing.AWAY_WITHOUT_COVER, None, ()),
        ([away("ann", "ben"), away("ben")], Standing.AWAY_WITHOUT_COVER, None, ("ben",)),
        ([away("ann", "left")], Standing.COVER_INACTIVE, None, ("left",)),
        ([away("ann", "ann")], Standing.COVER_CIRCLE, None, ()),
        ([away("ann", "ben"), away("ben", "ann")], Standing.COVER_CIRCLE, None, ("ben",)),
        ([away("ann", "ben"), away("ben", "cat"), away("cat", "ben")], Standing.COVER_CIRCLE, None, ("ben", "cat")),
    ],
)
def test_covers_are_followed_down_the_line(absences, standing, taken_by, covers) -> None:
    found = represent("ann", staffing(ANN, BEN, CAT, LEFT, absences=absences), NOON)

    assert (found.standing, found.taken_by, found.covers) == (standing, taken_by, covers)


def test_whoever_has_left_has_no_cover() -> None:
    found = represent("left", staffing(LEFT, BEN, absences=[away("left", "ben")]), NOON)

    assert (found.standing, found.taken_by) == (Standing.INACTIVE, None)


@pytest.mark.parametrize("stands", [represent, insist])
def test_somebody_unknown_takes_nothing(stands) -> None:
    assert stands("nobody", staffing(ANN), NOON).standing is Standing.UNKNOWN


def test_an_absence_begins_at_its_first_moment_and_ends_before_its_last() -> None:
    absence = away("ann", begins=NOON, hours=1)

    assert not absence.in_force(NOON - timedelta(microseconds=1))
    assert absence.in_force(NOON)
    assert not absence.in_force(NOON + timedelta(hours=1))


@pytest.mark.parametrize(
    ("staff", "standing", "taken_by"),
    [("ann", Standing.AWAY_BUT_ASKED, "ann"), ("ben", Standing.AVAILABLE, "ben"), ("left", Standing.INACTIVE, None)],
)
def test_the_last_resort_takes_whoever_is_active(staff, standing, taken_by) -> None:
    found = insist(staff, staffing(ANN, BEN, LEFT, absences=[away("ann")]), NOON)

    assert (found.standing, found.taken_by) == (standing, taken_by)
