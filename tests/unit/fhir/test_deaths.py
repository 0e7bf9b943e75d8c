"""Deaths that only an extension tells of, and charts that withhold whether their patient lives."""

from pathlib import Path

import pytest

from adapters.fhir.deaths import DATA_ABSENT
from adapters.fhir.patients import WITHHELD
from adapters.fhir.staff import WITHHELD as STAFF_WITHHELD
from router.practice.import_report import Finding, Level
from router.practice.roster import Mode
from tests.samples import fhir
from tests.samples.rosters import EMPTY, bring_export
from tests.unit.fhir.conftest import Read

UK = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus"
FRENCH = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-death-place"
OTHER_VERSION = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Patient.deceased"


def notice(code: str) -> fhir.Json:
    """A notice of a death as the health service of the United Kingdom has it."""
    parts: list[fhir.Json] = [{"url": "deathNotificationStatus", "valueCodeableConcept": {"coding": [{"code": code}]}}]
    return {"extension": [{"url": UK, "extension": [*parts, {"url": "systemEffectiveDate", "valueDateTime": "2026"}]}]}


def withheld(reason: object) -> fhir.Json:
    """An element without a value, and why."""
    return {"extension": [{"url": DATA_ABSENT, "valueCode": reason}]}


@pytest.mark.parametrize(
    ("elements", "active"),
    [
        (notice("1"), False),
        (notice("2"), False),
        (notice("U"), True),
        ({**notice("1"), "deceasedBoolean": False}, True),
        ({"extension": [{"url": FRENCH, "valueAddress": {"city": "Lyon"}}]}, False),
        ({"extension": [{"url": OTHER_VERSION, "valueBoolean": True}]}, False),
        ({"extension": [{"url": OTHER_VERSION, "valueBoolean": False}]}, True),
        ({"extension": [{"url": OTHER_VERSION, "valueDateTime": "2020-01"}]}, False),
        ({"extension": [{"url": OTHER_VERSION, "valueBoolean": "yes"}]}, False),
        ({"extension": [{"url": OTHER_VERSION, "valueBoolean": 0, "valueDateTime": " "}]}, True),
        ({"extension": [{"url": OTHER_VERSION, "valueDateTime": None}]}, True),
        ({"extension": [{"url": 7}, None, "text", {"url": UK, "valueCodeableConcept": 1}]}, True),
        ({"extension": {"url": FRENCH}}, True),
    ],
)
def test_a_death_known_by_an_extension_counts(read: Read, elements: fhir.Json, active: bool) -> None:  # noqa: FBT001
    export = read(fhir.patient("p-1", **elements))

    assert export.roster["patients"][0]["active"] is active
    assert export.findings == ()


@pytest.mark.parametrize("element", ["_deceasedBoolean", "_deceasedDateTime", "_active"])
def test_who_is_known_stays_as_they_are_where_a_chart_withholds_it(tmp_path: Path, element: str) -> None:
    """It was read as "alive and in use": a patient who was known to have died could be written for again."""
    dead, living = fhir.patient("p-1", deceasedBoolean=True), fhir.patient("p-2")
    before = bring_export(EMPTY, fhir.write(tmp_path / "one", [dead, living]), fhir.NOW)
    said = [fhir.patient(one, **{element: withheld("masked")}) for one in ("p-1", "p-2", "p-3")]

    after = bring_export(before, fhir.write(tmp_path / "two", said), fhir.NOW, Mode.REPLACE)

    assert {key: one.active for key, one in after.patients.items()} == {"p-1": False, "p-2": True, "p-3": True}


@pytest.mark.parametrize(
    ("elements", "is_reported"),
    [
        ({"_deceasedBoolean": withheld("unknown")}, True),
        ({"_deceasedDateTime": withheld("temp-unknown")}, True),
        ({"_deceasedDateTime": withheld(["broken"])}, True),
        ({"_active": withheld("masked")}, True),
        ({"_active": withheld("masked"), "active": True}, False),
        ({"_deceasedDateTime": withheld("not-applicable")}, False),
        ({"_deceasedDateTime": withheld("unknown"), "deceasedBoolean": False}, False),
        ({"extension": [{"url": OTHER_VERSION, "valueDateTime": "0001-01-01"}]}, True),
        ({"extension": [{"url": OTHER_VERSION, "valueDateTime": "9999-12-31T00:00:00Z"}]}, True),
        ({"extension": [{"url": OTHER_VERSION, "valueDateTime": "false"}]}, True),
        ({"extension": [{"url": OTHER_VERSION, "valueDateTime": ["2020"]}]}, True),
        ({"extension": [{"url": OTHER_VERSION, "valueBoolean": "maybe"}]}, True),
        ({"extension": [{"url": OTHER_VERSION, "valueDateTime": "1900-01-01"}], "deceasedBoolean": False}, False),
        ({"_deceasedDateTime": {"id": "a"}, "_active": None, "_deceasedBoolean": 1}, False),
    ],
)
def test_a_chart_that_withholds_it_is_reported(read: Read, elements: fhir.Json, is_reported: bool) -> None:  # noqa: FBT001
    export = read(fhir.patient("p-1", **elements))

    assert export.findings == ((Finding("Patient", "p-1", WITHHELD),) if is_reported else ())
    assert all(finding.level is Level.ATTENTION for finding in export.findings)
    assert export.roster["patients"][0]["active"] is True


@pytest.mark.parametrize("elements", [{"_active": withheld("unknown")}, {"deceasedDateTime": "9999-12-31"}])
def test_staff_who_have_left_do_not_come_back_by_what_is_not_told(
    tmp_path: Path, read: Read, elements: fhir.Json
) -> None:
    gone = fhir.practitioner("d-1", active=False)
    before = bring_export(EMPTY, fhir.write(tmp_path / "one", [gone]), fhir.NOW)
    said = {key: value for key, value in gone.items() if key != "active"} | elements

    after = bring_export(before, fhir.write(tmp_path / "two", [said]), fhir.NOW)

    assert not after.staff["d-1"].active
    assert read(said).findings == (Finding("Practitioner", "d-1", STAFF_WITHHELD),)
