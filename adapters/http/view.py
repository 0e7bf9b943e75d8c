"""What all response models share."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

NEXT = "Pass it as `cursor` to read the next page; null on the last page."


class View(BaseModel):
    """An object of an answer, made of keyword arguments or of a value with attributes of the same names."""

    model_config = ConfigDict(
        from_attributes=True,
        frozen=True,
        hide_input_in_errors=True,
        validate_by_alias=True,
        validate_by_name=True,
    )


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


# Written as RFC 3339 with Z.
UtcTime = Annotated[datetime, AfterValidator(_in_utc)]
NextCursor = Annotated[str | None, Field(description=NEXT)]
