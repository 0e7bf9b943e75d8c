"""Moments as lists say them."""

from datetime import UTC, datetime

import pytest

from adapters.http.pages.kit.times import lately

AT = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 3, 2, 15, 5, tzinfo=UTC), "09:05"),
        # The day before where the practice is.
        (datetime(2026, 3, 2, 5, 59, tzinfo=UTC), "1 Mar"),
        (datetime(2025, 12, 31, 18, 0, tzinfo=UTC), "31 Dec 2025"),
    ],
)
def test_a_moment_is_as_short_as_it_can_be_understood(moment: datetime, said: str) -> None:
    assert lately(moment, AT, "America/Chicago") == said
