"""Who gets the messages of somebody who is away, in words: never somebody whom they don't reach."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.http.pages.kit.cover import CoverView, cover_of
from router.messaging.snapshot import PracticeSnapshot
from router.practice.availability import Absence, Staffing
from router.practice.people import Practice
from tests.builders import a_staff, settings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
AWAY = "Ben is away at the same time"


def away(staff: str, cover: str | None, begins: datetime = NOON) -> Absence:
    return Absence(staff, begins, begins + DAY, cover)


def shown(*absences: Absence, left: str = "") -> CoverView:
    """What is said of the first absence."""
    members = {name: a_staff(name, active=name != left) for name in ("ann", "ben", "cem")}
    staffing = Staffing(members, {absence.staff: absence for absence in absences})
    practice = Practice("clinic", "Clinic", "UTC")
    return cover_of(absences[0], PracticeSnapshot(practice, settings(), staffing, {}, NOON))


@pytest.mark.parametrize(
    ("absences", "left", "taker", "why"),
    [
        ([away("ann", "ben")], "", "Ben", ""),
        ([away("ann", "ben"), away("ben", "cem")], "", "Cem", AWAY),
        ([away("ann", "ben"), away("ben", None)], "", "", f"{AWAY}, without anybody to cover"),
        ([away("ann", "ben"), away("ben", "cem")], "cem", "", f"{AWAY}, and Cem has left"),
        ([away("ann", "ben"), away("ben", "ann")], "", "", f"{AWAY}, and the covers form a circle"),
        ([away("ann", "ben")], "ben", "", "Ben has left"),
        # The absence hasn't begun: what counts is who is there then.
        ([away("ann", "ben", NOON + 2 * DAY), away("ben", None)], "", "Ben", ""),
        (
            [away("ann", "ben", NOON + 2 * DAY), away("ben", None, NOON + 2 * DAY)],
            "",
            "",
            f"{AWAY}, without anybody to cover",
        ),
    ],
)
def test_what_is_said_is_who_represents_them(absences: list[Absence], left: str, taker: str, why: str) -> None:
    assert shown(*absences, left=left) == CoverView("Ben", taker, why)


def test_without_a_cover_nothing_is_said() -> None:
    assert shown(away("ann", None)) == CoverView()
