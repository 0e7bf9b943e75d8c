"""Builders of FHIR R4 resources and of export folders; all names and addresses in them are invented."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PEOPLE = "https://ids.example/people"
PLACES = "https://ids.example/places"
DIRECT = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-direct"
REQUIRED = ("Patient", "Practitioner")

Json = dict[str, Any]


def literal(kind: str, one: str) -> Json:
    """A reference by type and id."""
    return {"reference": f"{kind}/{one}"}


def versioned(kind: str, one: str) -> Json:
    """A literal reference to one version, with the address of the server."""
    return {"reference": f"https://ehr.example/fhir/r4/{kind}/{one}/_history/1"}


def conditional(kind: str, value: str, system: str = PEOPLE) -> Json:
    """A reference by a search for an identifier."""
    return {"reference": f"{kind}?identifier={system}|{value}"}


def logical(value: str, system: str = PEOPLE) -> Json:
    """A reference by an identifier alone."""
    return {"identifier": {"system": system, "value": value}}


def urn(one: str) -> Json:
    """A reference by id alone."""
    return {"reference": f"urn:uuid:{one}"}


def identifier(value: str, system: str = PEOPLE, **more: object) -> Json:
    """A business identifier."""
    return {"system": system, "value": value, **more}


def record_number(value: str) -> Json:
    """A medical record number."""
    coding = {"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}
    return identifier(value, "https://ids.example/charts", type={"coding": [coding]})


def email(address: str, **more: object) -> Json:
    """A way to reach somebody by email."""
    return {"system": "email", "value": address, **more}


def direct(address: str, **more: object) -> Json:
    """An address that US Core marks as Direct."""
    return email(address, extension=[{"url": DIRECT, "valueBoolean": True}], **more)


def concept(text: str) -> Json:
    """A notion in words."""
    return {"text": text}


def patient(one: str, **elements: object) -> Json:
    """A patient, with a name unless another is given."""
    named = {"name": [{"use": "official", "given": ["Ada"], "family": f"Sample {one}"}]}
    return {"resourceType": "Patient", "id": one, **named, **elements}


def practitioner(one: str, **elements: object) -> Json:
    """A practitioner whose identifier is `n-` and the id."""
    named = {"name": [{"prefix": ["Dr."], "given": ["Ida"], "family": f"Sample {one}"}]}
    return {
        "resourceType": "Practitioner",
        "id": one,
        "active": True,
        "identifier": [identifier(f"n-{one}")],
        **named,
        **elements,
    }


def practitioner_role(one: str, holder: Json, **elements: object) -> Json:
    """What a practitioner does."""
    return {"resourceType": "PractitionerRole", "id": one, "practitioner": holder, **elements}


def organization(one: str, **elements: object) -> Json:
    """An organisation whose identifier is `n-` and the id."""
    held = {"identifier": [identifier(f"n-{one}", PLACES)]}
    return {"resourceType": "Organization", "id": one, "name": f"Organisation {one}", **held, **elements}


def location(one: str, managed_by: Json | None = None, **elements: object) -> Json:
    """A named, active place."""
    managed = {"managingOrganization": managed_by} if managed_by else {}
    return {"resourceType": "Location", "id": one, "status": "active", "name": f"Site {one}", **managed, **elements}


def participant(member: Json, role: str | None = None, **elements: object) -> Json:
    """One line of a care team."""
    return {"member": member, **({"role": [concept(role)]} if role else {}), **elements}


def care_team(one: str, subject: Json, *participants: Json, **elements: object) -> Json:
    """A care team in force."""
    lines = {"participant": list(participants)} if participants else {}
    return {"resourceType": "CareTeam", "id": one, "status": "active", "subject": subject, **lines, **elements}


def write(folder: Path, resources: Iterable[Json]) -> Path:
    """Write an export folder, a file a type; the files that an export must have are there, if only as an empty list."""
    lines: dict[str, list[str]] = {kind: [] for kind in REQUIRED}
    for resource in resources:
        lines.setdefault(resource["resourceType"], []).append(json.dumps(resource, ensure_ascii=False) + "\n")
    folder.mkdir(parents=True, exist_ok=True)
    for kind, texts in lines.items():
        (folder / f"{kind}.ndjson").write_text("".join(texts) or "[]\n", encoding="utf-8")
    return folder


def small() -> list[Json]:
    """A practice of two sites, four staff and six patients, with all reference styles and special cases.

    Patients: `p-1` to `p-3` write (`p-2` attends both sites), `p-4` has died, `p-5` is inactive, `p-6` has no care
    team any more. Staff: `d-1` to `d-3` are active, `d-4` has left.
    """
    return [*_places(), *_people(), *_patients(), *_teams()]


def _places() -> list[Json]:
    return [
        organization("o-1"),
        organization("o-2"),
        location("s-1", logical("n-o-1", PLACES)),
        location("s-2", conditional("Organization", "n-o-2", PLACES)),
        location("s-closed", literal("Organization", "o-1"), status="inactive"),
        {"resourceType": "Location", "id": "s-home", "status": "active", "mode": "kind"},
    ]


def _people() -> list[Json]:
    shared = "desk@practice.example"
    return [
        practitioner("d-1", name=[{"prefix": ["Dr."], "given": ["Randy380"], "family": "D'Amore443"}]),
        practitioner("d-2", name=[{"given": ["Joaquín233"], "family": "Ñandú"}], telecom=[direct(shared, use="work")]),
        practitioner("d-3", telecom=[email(shared)]),
        practitioner("d-4", active=False),
        practitioner("d-unnamed", name=[{"use": "official"}]),
        practitioner_role(
            "r-1", logical("n-d-1"), specialty=[concept("Family medicine")], telecom=[email("d1@x.example")]
        ),
        practitioner_role("r-2", literal("Practitioner", "d-2"), code=[concept("Nurse")]),
        practitioner_role("r-3", literal("Practitioner", "d-3"), active=False, code=[concept("Surgeon")]),
    ]


def _patients() -> list[Json]:
    chart = {"identifier": [identifier("x-1"), record_number("MRN-1")]}
    return [
        patient("p-1", birthDate="1980-05-17", telecom=[email("ada@home.example")], **chart),
        patient("p-2", birthDate="1980-05", managingOrganization=literal("Organization", "o-1")),
        patient("p-3", birthDate="1980"),
        patient("p-4", deceasedDateTime="2020-01-31T10:00:00-05:00"),
        patient("p-5", active=False),
        patient("p-6"),
    ]


def _teams() -> list[Json]:
    return [
        care_team(
            "t-1",
            literal("Patient", "p-1"),
            participant(literal("Patient", "p-1"), "Patient"),
            participant(conditional("Practitioner", "n-d-1"), "General practice"),
            participant(logical("n-d-2")),
            participant(urn("d-3")),
            participant(conditional("Organization", "n-o-1", PLACES)),
            managingOrganization=[conditional("Organization", "n-o-1", PLACES)],
        ),
        care_team(
            "t-2",
            urn("p-2"),
            participant(versioned("Practitioner", "d-4"), "Cardiology"),
            participant(literal("PractitionerRole", "r-2")),
            participant(literal("Practitioner", "d-gone")),
            managingOrganization=[literal("Organization", "o-2")],
        ),
        care_team("t-3", logical("x-3"), participant(literal("Practitioner", "d-1"))),
        care_team("t-4", literal("Patient", "p-3"), participant(literal("RelatedPerson", "k-1"), "Mother")),
        care_team("t-5", literal("Patient", "p-6"), participant(urn("d-1")), status="inactive"),
        care_team("t-6", literal("Patient", "p-6"), participant(urn("d-2")), period={"end": "2003-01-01"}),
    ]


def large(patients: int, staff: int) -> Iterator[Json]:
    """A practice of any size: ten sites, a care team of four for each patient, references in turn of every style."""
    for site in range(10):
        yield organization(f"o-{site}")
        yield location(f"s-{site}", logical(f"n-o-{site}", PLACES))
    for number in range(staff):
        yield practitioner(f"d-{number}", telecom=[email(f"d{number}@practice.example", use="work")])
        yield practitioner_role(f"r-{number}", logical(f"n-d-{number}"), specialty=[concept("Family medicine")])
    for number in range(patients):
        yield patient(
            f"p-{number}", birthDate="1980-05-17", identifier=[identifier(f"x-{number}"), record_number(f"M{number}")]
        )
        team = [f"d-{(number * 4 + place) % staff}" for place in range(4)]
        yield care_team(
            f"t-{number}",
            literal("Patient", f"p-{number}"),
            participant(literal("Practitioner", team[0])),
            participant(conditional("Practitioner", f"n-{team[1]}")),
            participant(logical(f"n-{team[2]}")),
            participant(urn(team[3])),
            managingOrganization=[conditional("Organization", f"n-o-{number % 10}", PLACES)],
        )
