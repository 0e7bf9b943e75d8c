"""Birth dates as spreadsheets write them, where only one day can be meant."""

import re

# The day comes first where points stand between the parts, and the year first where it has four digits. Which of two
# numbers between slashes is the month can't be told.
_FORMS = (
    re.compile(r"(?P<day>[0-9]{1,2})\.\s?(?P<month>[0-9]{1,2})\.\s?(?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})(?P<between>[-/.])(?P<month>[0-9]{1,2})(?P=between)(?P<day>[0-9]{1,2})"),
)
# What a cell of dates and times has for a day alone.
_MIDNIGHT = re.compile(r"[ T]0{1,2}:00(?::00)?$")


def as_iso_date(cell: str) -> str:
    """The date as `1980-02-29`; what is no such date stays, to be refused by whoever reads it."""
    text = _MIDNIGHT.sub("", cell)
    found = next((match for form in _FORMS if (match := form.fullmatch(text))), None)
    return f"{found['year']}-{found['month']:0>2}-{found['day']:0>2}" if found else cell
