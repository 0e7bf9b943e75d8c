"""The parts of FHIR R4 resources that a roster needs, as small models; everything else in them is ignored.

Elements are those of each resource's page, such as https://hl7.org/fhir/R4/careteam.html. A value is never repeated in
an error.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainValidator

from adapters.fhir.datatypes import (
    CodeableConcept,
    ContactPoint,
    HumanName,
    Identifier,
    Meta,
    Part,
    Period,
    Reference,
    ResourceId,
)
from adapters.fhir.deaths import has_died, is_no_date, is_withheld, leaves_death_open, says_death
from adapters.fhir.places import Address, Types, read_address, read_types

# Of these only what is made of them counts, so that nothing in them can be at fault.
SaysDeath = Annotated[bool, BeforeValidator(says_death), Field(alias="extension")]
LeavesDeathOpen = Annotated[bool, BeforeValidator(leaves_death_open), Field(alias="extension")]
Withheld = Annotated[bool, BeforeValidator(is_withheld)]
PlaceAddress = Annotated[Address, PlainValidator(read_address)]
PlaceTypes = Annotated[Types, PlainValidator(read_types)]


class Resource(Part):
    """What all resources share."""

    id: ResourceId | None = None
    meta: Meta = Meta()
    identifier: tuple[Identifier, ...] = ()


class PatientLink(Part):
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
    leaves_death_open: LeavesDeathOpen = False
    withholds_active: Withheld = Field(default=False, alias="_active")
    withholds_deceased: Withheld = Field(default=False, alias="_deceasedBoolean")
    withholds_date: Withheld = Field(default=False, alias="_deceasedDateTime")

    @property
    def takes_part(self) -> bool:
        """Whether the chart is in use and its patient alive: `active` is true where it isn't said."""
        return self.active is not False and not self._has_died

    @property
    def may_take_no_part(self) -> bool:
        """Whether a chart that takes part doesn't tell whether it is in use, or whether its patient has died."""
        knows_life = self.deceased_boolean is not None or self._has_died
        is_withheld = self.withholds_deceased or self.withholds_date
        is_unclear = is_withheld or self.leaves_death_open or is_no_date(self.deceased_date_time)
        return self.takes_part and ((is_unclear and not knows_life) or (self.active is None and self.withholds_active))

    @property
    def _has_died(self) -> bool:
        is_said = has_died(self.deceased_boolean, self.deceased_date_time)
        return is_said or (self.says_death and self.deceased_boolean is None)


class Practitioner(Resource):
    """Somebody who gives care."""

    resource_type: Literal["Practitioner"]
    id: ResourceId
    active: bool | None = None
    withholds_active: Withheld = Field(default=False, alias="_active")
    name: tuple[HumanName, ...] = ()
    telecom: tuple[ContactPoint, ...] = ()
    # Elements of FHIR R5.
    deceased_boolean: bool | None = None
    deceased_date_time: str | None = None

    @property
    def takes_part(self) -> bool:
        """Whether somebody is in service and alive."""
        return self.active is not False and not has_died(self.deceased_boolean, self.deceased_date_time)

    @property
    def may_take_no_part(self) -> bool:
        """Whether somebody who takes part may be out of service or have died, by what isn't told."""
        may_have_died = self.deceased_boolean is None and is_no_date(self.deceased_date_time)
        return self.takes_part and (may_have_died or (self.active is None and self.withholds_active))


class Contact(Part):
    """How somebody is reached, as FHIR R5 has it of roles."""

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
    # What FHIR R5 has in place of it.
    contact: tuple[Contact, ...] = ()

    @property
    def points(self) -> tuple[ContactPoint, ...]:
        """All ways to reach them."""
        return (*self.telecom, *(point for contact in self.contact for point in contact.telecom))


class Location(Resource):
    """A place; one that is named, active and visited as such is a site."""

    resource_type: Literal["Location"]
    id: ResourceId
    status: Literal["active", "suspended", "inactive"] | None = None
    mode: str | None = None
    name: str | None = None
    type: PlaceTypes = Types()
    address: PlaceAddress = Address()
    physical_type: CodeableConcept | None = None
    # What FHIR R5 has in place of it.
    form: CodeableConcept | None = None
    managing_organization: Reference | None = None
    part_of: Reference | None = None


class Organization(Resource):
    """An organisation, needed only to follow references to it."""

    resource_type: Literal["Organization"]


class Participant(Part):
    """One line of a care team."""

    role: tuple[CodeableConcept, ...] = ()
    member: Reference | None = None
    period: Period = Period()
    # What FHIR R5 has in place of it.
    coverage_period: Period = Period()

    def has_left(self, now: datetime) -> bool:
        """Whether their time on the team is over."""
        return self.period.has_ended(now) or self.coverage_period.has_ended(now)

    def has_begun(self, now: datetime) -> bool:
        """Whether it has begun."""
        return self.period.has_begun(now) and self.coverage_period.has_begun(now)

    @property
    def has_fault(self) -> bool:
        """Whether when that is can't be read."""
        return self.period.has_fault or self.coverage_period.has_fault


class CareTeam(Resource):
    """Those who care for one patient."""

    resource_type: Literal["CareTeam"]
    status: Literal["proposed", "active", "suspended", "inactive", "entered-in-error"] | None = None
    period: Period = Period()
    subject: Reference | None = None
    participant: tuple[Participant, ...] = ()
    managing_organization: tuple[Reference, ...] = ()
