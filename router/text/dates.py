"""Dates and moments as people read them, unambiguous in every country: the month is a word."""

from datetime import date, datetime


def date_in_words(day: date) -> str:
    """A date: `2 Mar 2026`."""
    return f"{day.day} {day:%b} {day.year}"


def moment_in_words(moment: datetime) -> str:
    """A moment in the time zone that it has: `Mon 2 Mar 2026, 12:05 CST`."""
    return f"{moment:%a} {date_in_words(moment)}, {moment:%H:%M %Z}"
