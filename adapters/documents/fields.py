"""Kinds of fields that several documents have."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from adapters.documents.problems import SAID
from router.messages.message import BODY_LIMIT, KEY_LIMIT, SUBJECT_LIMIT
from router.messages.states import Outcome
from router.messages.undo import UndoableAct
from router.messaging.rules import DISCLAIMER_LIMIT, DISPLAY_NAME_LIMIT
from router.practice.email_addresses import EMAIL_LIMIT
from router.practice.people import Permission, Role
from router.practice.roster_rules import ID_LIMIT, NAME_LIMIT
from router.practice.topics import Topic
from router.text import problem_with
from router.text.rules import INVISIBLE

Day = TypeVar("Day", date, datetime)

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# RFC 3339, section 5.6.
MOMENT = re.compile(DATE.pattern + r"[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})")
# Dates and times that people's lives, and every system's calendar, have room for.
FIRST_YEAR, LAST_YEAR = 1900, 2199
# What the document says of them; the code also takes a blank for the T, and small letters.
DATES = r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
MOMENTS = rf"{DATES}T{CLOCK}:[0-5][0-9](\.[0-9]{{1,6}})?(Z|[+-]{CLOCK})"
# What router.text refuses, as JSON Schema says it: what stands around a text may be any white space.
INVISIBLE_CHARACTER = re.compile(f"[{INVISIBLE}]")
CONTROLS = r"\u0000-\u001f\u007f-\u009f"
CONTROLS_BUT_LINES = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"


def text_schema(limit: int, *, lines: bool = False, least: int = 1) -> dict[str, Any]:
    """The JSON schema of a text that router.text.problem_with accepts, with `least` code points after trimming."""
    controls = CONTROLS_BUT_LINES if lines else CONTROLS
    further = rf"([^{controls}]*[^\s{controls}])?" if least == 1 else rf"[^{controls}]{{{least - 2},}}[^\s{controls}]"
    pattern = rf"^\s*[^\s{controls}]{further}\s*$"
    return {"type": "string", "minLength": least, "maxLength": limit, "pattern": pattern}


def _trimmed(limit: int) -> AfterValidator:
    def check(text: str) -> str:
        # The document counts the white space around it, too.
        wrong = problem_with(text, limit) or (f"must have at most {limit} characters" if len(text) > limit else None)
        if wrong:
            raise PydanticCustomError(SAID, wrong)
        return text.strip()

    return AfterValidator(check)


def invisible_in(text: str) -> str | None:
    """Say in words which character of an id can't be seen, or None."""
    found = INVISIBLE_CHARACTER.search(text)
    place = f"U+{ord(found[0]):04X} at character {found.start() + 1}" if found else ""
    return f"must not contain invisible characters ({place})" if found else None


def _seen(text: str) -> str:
    if wrong := invisible_in(text):
        raise PydanticCustomError(SAID, wrong)
    return text


def _whole(value: Any) -> Any:  # noqa: ANN401 - it is whatever came in.
    """An integer as JSON Schema has it: 7.0 is 7."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _read_date(value: Any) -> Any:  # noqa: ANN401 - it is whatever came in.
    read: date | None = None
    if isinstance(value, date) and not isinstance(value, datetime):
        read = value
    elif isinstance(value, str) and DATE.fullmatch(value):
        with suppress(ValueError):
            read = date.fromisoformat(value)
    if read is None:
        raise PydanticCustomError(SAID, "must be a date such as 1980-02-29")
    return _in_years(read)


def read_moment(value: Any) -> Any:  # noqa: ANN401 - it is whatever came in.
    """A time in UTC from RFC 3339 text. Raises PydanticCustomError, a ValueError, for anything else."""
    read: datetime | None = None
    if isinstance(value, str) and MOMENT.fullmatch(value):
        with suppress(ValueError, OverflowError):
            read = datetime.fromisoformat(value.upper()).astimezone(UTC)
    if read is None:
        raise PydanticCustomError(SAID, "must be a time with its offset, such as 2026-03-02T12:00:00Z")
    return _in_years(read)


def _in_years(read: Day) -> Day:
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise PydanticCustomError(SAID, f"must be between {FIRST_YEAR} and {LAST_YEAR}")
    return read


def _text(limit: int, *, lines: bool = False) -> WithJsonSchema:
    return WithJsonSchema(text_schema(limit, lines=lines))


Id = Annotated[str, _trimmed(ID_LIMIT), _text(ID_LIMIT)]
# One that a roster brings in: with a character that nobody sees, it would be another person who looks the same.
RosterId = Annotated[Id, AfterValidator(_seen)]
# An id that Careroute made.
MadeId = Annotated[str, _trimmed(ID_LIMIT), WithJsonSchema({"type": "string", "format": "uuid", "maxLength": ID_LIMIT})]
WholeNumber = Annotated[int, BeforeValidator(_whole)]
IdempotencyKey = Annotated[str, _trimmed(KEY_LIMIT), _text(KEY_LIMIT)]
# These are measured by the rules of the router, once it is known what they belong to.
Subject = Annotated[str, _text(SUBJECT_LIMIT)]
Body = Annotated[str, _text(BODY_LIMIT, lines=True)]
Name = Annotated[str, _text(NAME_LIMIT)]
DisplayName = Annotated[str, _text(DISPLAY_NAME_LIMIT)]
Disclaimer = Annotated[str, _text(DISCLAIMER_LIMIT, lines=True)]
RecordNumber = Annotated[str, _text(ID_LIMIT)]
Email = Annotated[
    str,
    WithJsonSchema(
        {
            "type": "string",
            "minLength": 3,
            "maxLength": EMAIL_LIMIT,
            "pattern": rf"^\s*[^@\s{CONTROLS}]+@[^@\s{CONTROLS}]+\s*$",
        }
    ),
]
Date = Annotated[date, BeforeValidator(_read_date), Field(json_schema_extra={"pattern": f"^{DATES}$"})]
Moment = Annotated[datetime, BeforeValidator(read_moment), Field(json_schema_extra={"pattern": f"^{MOMENTS}$"})]
# Strict mode would ask for the members themselves, which JSON doesn't have.
TopicName = Annotated[Topic, Field(strict=False)]
UndoableActName = Annotated[UndoableAct, Field(strict=False)]
OutcomeName = Annotated[Outcome, Field(strict=False)]
RoleName = Annotated[Role, Field(strict=False)]
PermissionName = Annotated[Permission, Field(strict=False)]


def moment_text(moment: datetime) -> str:
    """A time as RFC 3339, in UTC with Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
