"""The parts of FHIR R4 resources that a roster needs, as small models; everything else in them is ignored.

Elements are those of https://hl7.org/fhir/R4/datatypes.html and of each resource's page, such as
https://hl7.org/fhir/R4/careteam.html. A value is never repeated in an error.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from adapters.fhir.deaths import is_withheld, says_death
from adapters.fhir.places import address_lines, type_codes
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
# Of these only what is made of them counts, so that nothing in them can be at fault.
SaysDeath = Annotated[bool, BeforeValidator(says_death), Field(alias="extension")]
Withheld = Annotated[bool, BeforeValidator(is_withheld)]
AddressLines = Annotated[frozenset[str], BeforeValidator(address_lines)]
TypeCodes = Annotated[frozenset[str], BeforeValidator(type_codes)]


class _Part(BaseModel):
    """Anything inside a resource."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="ignore", frozen=True, hide_input_in_errors=True, strict=True
    )


class Period(_Part):
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


class Coding(_Part):
    """A code of some code system, with the words for it."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


class CodeableConcept(_Part):
    """A notion as text, as codes, or both."""

    coding: tuple[Coding, ...] = ()
    text: str | None = None


class Identifier(_Part):
    """A name that some system gave to a resource."""

    use: str | None = None
    type: CodeableConcept | None = None
    system: str | None = None
    value: str | None = None
    period: Period = Period()


class Reference(_Part):
    """A pointer from one resource to another; `adapters.fhir.references` reads it."""

    reference: str | None = None
    type: str | None = None
    identifier: Identifier | None = None


class HumanName(_Part):
    """A name in parts; a missing part of a list is null, as the JSON format has it."""

    use: str | None = None
    text: str | None = None
    family: str | None = None
    given: tuple[str | None, ...] = ()
    prefix: tuple[str | None, ...] = ()
    suffix: tuple[str | None, ...] = ()
    period: Period = Period()


class Extension(_Part):
    """An addition that a profile defines; only flags are read."""

    url: str | None = None
    value_boolean: bool | None = None


class ContactPoint(_Part):
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


class Meta(_Part):
    """What a server knows of a resource besides what is in it."""

    last_updated: Time | None = None


class Resource(_Part):
    """What all resources share."""

    id: ResourceId | None = None
    meta: Meta = Meta()
    identifier: tuple[Identifier, ...] = ()


class PatientLink(_Part):
    """That another chart is about the same person: `replaced-by`, `replaces`, `refer` or `seealso`."""

    other: Reference | None = None
    type: str | None = None


class Patient(Resource):
    """Somebody who receives care."""

    resource_type: Literal["Patient"]
    id: ResourceId
    active: bool | None = None
    name: tuple[HumanName, ...] = ()
    telecom: tuple[ContactPoint, ...] = ()
    birth_date: str | None = None
    deceased_boolean: bool | None = None
    deceased_date_time: str | None = None
    managing_organization: Reference | None = None
    general_practitioner: tuple[Reference, ...] = ()
    link: tuple[PatientLink, ...] = ()
    says_death: SaysDeath = False
    withholds_active: Withheld = Field(default=False, alias="_active")
    withholds_deceased: Withheld = Field(default=False, alias="_deceasedBoolean")
    withholds_date: Withheld = Field(default=False, alias="_deceasedDateTime")

    @property
    def takes_part(self) -> bool:
        """Whether the chart is in use and its patient alive: `active` is true where it isn't said."""
        return self.active is not False and not self._has_died

    @property
    def may_take_no_part(self) -> bool:
        """Whether the chart says that it doesn't tell whether it is in use, or whether its patient has died."""
        knows_life = self.deceased_boolean is not None or self._has_died
        withholds_death = not knows_life and (self.withholds_deceased or self.withholds_date)
        return self.takes_part and (withholds_death or (self.active is None and self.withholds_active))

    @property
    def _has_died(self) -> bool:
        # Programs that know no null write an empty text for a patient who is alive.
        is_said = bool(self.deceased_boolean or (self.deceased_date_time or "").strip())
        return is_said or (self.says_death and self.deceased_boolean is None)


class Practitioner(Resource):
    """Somebody who gives care."""

    resource_type: Literal["Practitioner"]
    id: ResourceId
    active: bool | None = None
    withholds_active: Withheld = Field(default=False, alias="_active")
    name: tuple[HumanName, ...] = ()
    telecom: tuple[ContactPoint, ...] = ()


class PractitionerRole(Resource):
    """What a practitioner does at an organisation."""

    resource_type: Literal["PractitionerRole"]
    active: bool | None = None
    period: Period = Period()
    practitioner: Reference | None = None
    code: tuple[CodeableConcept, ...] = ()
    specialty: tuple[CodeableConcept, ...] = ()
    location: tuple[Reference, ...] = ()
    telecom: tuple[ContactPoint, ...] = ()


class Location(Resource):
    """A place; one that is named, active and visited as such is a site."""

    resource_type: Literal["Location"]
    id: ResourceId
    status: Literal["active", "suspended", "inactive"] | None = None
    mode: str | None = None
    name: str | None = None
    type: TypeCodes = frozenset()
    address: AddressLines = frozenset()
    physical_type: CodeableConcept | None = None
    managing_organization: Reference | None = None
    part_of: Reference | None = None


class Organization(Resource):
    """An organisation, needed only to follow references to it."""

    resource_type: Literal["Organization"]


class Participant(_Part):
    """One line of a care team."""

    role: tuple[CodeableConcept, ...] = ()
    member: Reference | None = None
    period: Period = Period()


class CareTeam(Resource):
    """Those who care for one patient."""

    resource_type: Literal["CareTeam"]
    status: Literal["proposed", "active", "suspended", "inactive", "entered-in-error"] | None = None
    period: Period = Period()
    subject: Reference | None = None
    participant: tuple[Participant, ...] = ()
    managing_organization: tuple[Reference, ...] = ()
