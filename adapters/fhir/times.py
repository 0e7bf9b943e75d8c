"""FHIR dates and times, which may be known to the year, the month, the day or the moment.

The rules are those of dateTime and Period in https://hl7.org/fhir/R4/datatypes.html#dateTime and #Period.
"""

import re
from datetime import UTC, datetime, timedelta

_FORM = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(T.+)?)?)?", re.ASCII)
_FOREVER = datetime.max.replace(tzinfo=UTC)
_DECEMBER = 12


def span(text: str) -> tuple[datetime, datetime]:
    """The first moment that a date or time names and the moment when it is over.

    Dates without a zone are taken in UTC; the last day of year 9999 never ends. Raises ValueError for other text.
    """
    form = _FORM.fullmatch(text)
    if form is None:
        message = "not a FHIR date or time"
        raise ValueError(message)
    year, month, day, time = form.groups()
    if time:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment, moment
    first = datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
    return first, _after(first, whole_month=day is None, whole_year=month is None)


def _after(first: datetime, *, whole_month: bool, whole_year: bool) -> datetime:
    try:
        if whole_year:
            return first.replace(year=first.year + 1)
        if not whole_month:
            return first + timedelta(days=1)
        if first.month < _DECEMBER:
            return first.replace(month=first.month + 1)
        return first.replace(year=first.year + 1, month=1)
    except (OverflowError, ValueError):
        return _FOREVER
