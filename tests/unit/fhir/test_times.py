"""FHIR dates and times."""

from datetime import UTC, datetime

import pytest

from adapters.fhir.datatypes import Period
from adapters.fhir.times import span
from tests.samples.fhir import NOW


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2026", (2026, 1, 1), (2027, 1, 1)),
        ("2026-11", (2026, 11, 1), (2026, 12, 1)),
        ("2026-12", (2026, 12, 1), (2027, 1, 1)),
        ("2026-12-31", (2026, 12, 31), (2027, 1, 1)),
    ],
)
def test_partial_dates_last_until_they_are_over(
    text: str, first: tuple[int, int, int], after: tuple[int, int, int]
) -> None:
    """A year, a month and a day each end when the next one begins."""
    assert span(text) == (datetime(*first, tzinfo=UTC), datetime(*after, tzinfo=UTC))


@pytest.mark.parametrize("text", ["2026-11-23T12:00:00Z", "2026-11-23T07:00:00.000-05:00", "2026-11-23T12:00:00"])
def test_times_are_moments(text: str) -> None:
    """A time names one moment, in its own zone or else in UTC."""
    assert span(text) == (NOW, NOW)


@pytest.mark.parametrize("text", ["9999", "9999-12", "9999-12-31"])
def test_the_last_year_never_ends(text: str) -> None:
    """The end of the calendar, which exports use for `never`, is no error and not past."""
    assert not Period(end=text).has_ended(NOW)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13", "2026-02-30", "20261123", "26-11-23", "0000"])
def test_other_text_is_refused(text: str) -> None:
    """What is no FHIR date raises ValueError."""
    with pytest.raises(ValueError, match=r"\w"):
        span(text)


@pytest.mark.parametrize(
    ("end", "ended"),
    [
        (None, False),
        ("2003", True),
        ("2026", False),
        ("2026-10", True),
        ("2026-11-22", True),
        ("2026-11-23", False),
        ("2026-11-23T11:59:59Z", True),
        ("2026-11-23T12:00:01Z", False),
    ],
)
def test_a_period_ends_with_the_last_moment_of_its_end(end: str | None, ended: bool) -> None:  # noqa: FBT001
    """The day, month or year of an end belongs to the period."""
    assert Period(end=end).has_ended(NOW) is ended
