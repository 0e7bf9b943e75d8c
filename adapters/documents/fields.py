"""Kinds of fields that several documents have."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from adapters.documents.problems import SAID
from router.messages.message import KEY_LIMIT
from router.practice.people import Permission, Role
from router.practice.roster_rules import ID_LIMIT
from router.practice.topics import Topic
from router.text import problem_with

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# RFC 3339, section 5.6.
MOMENT = re.compile(DATE.pattern + r"[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})")


def _trimmed(limit: int) -> AfterValidator:
    def check(text: str) -> str:
        wrong = problem_with(text, limit)
        if wrong:
            raise PydanticCustomError(SAID, wrong)
        return text.strip()

    return AfterValidator(check)


def _read_date(value: Any) -> Any:  # noqa: ANN401 - it is whatever came in.
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError(SAID, "must be a date such as 1980-02-29")


def _read_moment(value: Any) -> Any:  # noqa: ANN401 - it is whatever came in.
    if isinstance(value, str) and MOMENT.fullmatch(value):
        try:
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise PydanticCustomError(SAID, "must be a time with its offset, such as 2026-03-02T12:00:00Z")


Id = Annotated[str, _trimmed(ID_LIMIT), Field(json_schema_extra={"minLength": 1, "maxLength": ID_LIMIT})]
IdempotencyKey = Annotated[str, _trimmed(KEY_LIMIT), Field(json_schema_extra={"minLength": 1, "maxLength": KEY_LIMIT})]
Date = Annotated[date, BeforeValidator(_read_date)]
Moment = Annotated[datetime, BeforeValidator(_read_moment)]
# Strict mode would ask for the members themselves, which JSON doesn't have.
TopicName = Annotated[Topic, Field(strict=False)]
RoleName = Annotated[Role, Field(strict=False)]
PermissionName = Annotated[Permission, Field(strict=False)]


def moment_text(moment: datetime) -> str:
    """A time as RFC 3339, in UTC with Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
