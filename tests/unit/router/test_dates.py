"""Dates and moments as people read them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from router.text.dates import date_in_words, moment_in_words


def test_the_month_is_a_word_and_the_zone_is_named() -> None:
    local = datetime(2026, 12, 4, 23, 0, tzinfo=UTC).astimezone(ZoneInfo("America/Chicago"))

    assert date_in_words(date(1961, 4, 9)) == "9 Apr 1961"
    assert moment_in_words(local) == "Fri 4 Dec 2026, 17:00 CST"
