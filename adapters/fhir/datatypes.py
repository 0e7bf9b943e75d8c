"""The datatypes of FHIR R4 that a roster needs, as small models; everything else in them is ignored.

Elements are those of https://hl7.org/fhir/R4/datatypes.html. A value is never repeated in an error.
"""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from adapters.fhir.requests import tells_subset
from adapters.fhir.times import span

US_CORE_DIRECT = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-direct"


def _checked_time(text: str) -> str:
    try:
        span(text)
    except ValueError:
        slug = "fhir_time"
        message = "Input should be a FHIR date or time"
        raise PydanticCustomError(slug, message) from None
    return text


# FHIR allows fewer characters in an id; what matters here is that the product can hold it and references can name it.
ResourceId = Annotated[str, Field(pattern=r"^[^\s\p{C}/?#|]{1,128}$")]
Time = Annotated[str, AfterValidator(_checked_time)]


class Part(BaseModel):
    """Anything inside a resource."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="ignore", frozen=True, hide_input_in_errors=True, strict=True
    )


class Period(Part):
    """A span of time, open where an end is missing; one with a fault said more, which can't be read."""

    start: Time | None = None
    end: Time | None = None
    has_fault: bool = False

    def has_ended(self, now: datetime) -> bool:
        """Whether the end is past; a day counts until it is over."""
        return self.end is not None and span(self.end)[1] <= now

    def has_begun(self, now: datetime) -> bool:
        """Whether the start is reached."""
        return self.start is None or span(self.start)[0] <= now

    def is_current(self, now: datetime) -> bool:
        """Whether the start is reached and the end isn't."""
        return self.has_begun(now) and not self.has_ended(now)


class Coding(Part):
    """A code of some code system, with the words for it."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


class CodeableConcept(Part):
    """A notion as text, as codes, or both."""

    coding: tuple[Coding, ...] = ()
    text: str | None = None


class Identifier(Part):
    """A name that some system gave to a resource."""

    use: str | None = None
    type: CodeableConcept | None = None
    system: str | None = None
    value: str | None = None
    period: Period = Period()


class Reference(Part):
    """A pointer from one resource to another; `adapters.fhir.references` reads it."""

    reference: str | None = None
    type: str | None = None
    identifier: Identifier | None = None


class HumanName(Part):
    """A name in parts; a missing part of a list is null, as the JSON format has it."""

    use: str | None = None
    text: str | None = None
    family: str | None = None
    given: tuple[str | None, ...] = ()
    prefix: tuple[str | None, ...] = ()
    suffix: tuple[str | None, ...] = ()
    period: Period = Period()


class Extension(Part):
    """An addition that a profile defines; only flags are read."""

    url: str | None = None
    value_boolean: bool | None = None


class ContactPoint(Part):
    """A telephone number, an email address or the like."""

    extension: tuple[Extension, ...] = ()
    system: str | None = None
    value: str | None = None
    use: str | None = None
    rank: int | None = None
    period: Period = Period()

    @property
    def is_direct(self) -> bool:
        """Whether US Core marks this as a Direct address, which counts as email."""
        return any(extension.url == US_CORE_DIRECT and extension.value_boolean for extension in self.extension)


class Meta(Part):
    """What a server knows of a resource besides what is in it."""

    last_updated: Time | None = None
    is_subset: Annotated[bool, BeforeValidator(tells_subset), Field(alias="tag")] = False
    """Whether the server was asked for some of its elements only, so that it says nothing by what it doesn't have."""
