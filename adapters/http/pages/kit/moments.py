"""Moments that a page has sent to a browser and gets back from it."""

from datetime import datetime

FIRST_YEAR, LAST_YEAR = 1970, 2200
LONGEST_MOMENT = 40


def moment_in(text: str) -> datetime | None:
    """The moment in ISO 8601 with its offset; None for anything else, which no page has sent."""
    try:
        moment = datetime.fromisoformat(text) if len(text) <= LONGEST_MOMENT else None
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None:
        return None
    # Far from now zones can push a moment out of the calendar.
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None
