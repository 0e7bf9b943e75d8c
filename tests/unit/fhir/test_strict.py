"""A strict import refuses whatever would be skipped, left out or repaired."""

from pathlib import Path

import pytest

from adapters.fhir.export import ExportError, ExportOptions
from tests.samples import fhir
from tests.samples.exports import read_export

STRICT = ExportOptions(is_strict=True)
DOCTOR = fhir.practitioner("d-1")


@pytest.mark.parametrize(
    ("resource", "field"),
    [
        (fhir.patient("p-1", birthDate="1980-02-30"), "birthDate"),
        (fhir.patient("p-1", birthDate="0001-01-01"), "birthDate"),
        (fhir.patient("p-1", name=[]), ""),
        (fhir.practitioner("d-2", name=[]), ""),
        (fhir.patient("p-1", telecom=[fhir.email("nope")]), "telecom"),
        (fhir.practitioner("d-2", telecom=[fhir.email("nope")]), "telecom"),
        (fhir.patient("p-1", telecom=[fhir.email("a\u200bda@home.example")]), "telecom"),
        (fhir.patient("p-1", identifier=[fhir.record_number("1" * 200)]), "identifier"),
        (fhir.patient("p-1", link=[{"other": fhir.literal("Patient", "p-1"), "type": "replaced-by"}]), "link.0"),
        (fhir.practitioner_role("r-1", {}), "practitioner"),
    ],
)
def test_whatever_is_left_out_is_refused_with_its_place(tmp_path: Path, resource: fhir.Json, field: str) -> None:
    if resource["resourceType"] == "PractitionerRole":
        del resource["practitioner"]
    folder = fhir.write(tmp_path / "export", [*([] if resource["id"] == "d-2" else [DOCTOR]), resource])

    with pytest.raises(ExportError) as refused:
        read_export(folder, fhir.NOW, STRICT)

    file = f"{resource['resourceType']}.ndjson"
    assert (refused.value.file, refused.value.line, refused.value.field) == (file, 1, field)
    assert read_export(folder, fhir.NOW).findings != ()


@pytest.mark.parametrize(
    "resource",
    [
        fhir.patient("p-1", birthDate="1980", telecom=[fhir.email("jo@mailhost")]),
        fhir.patient("p-1", managingOrganization=fhir.literal("Organization", "gone")),
        fhir.care_team("t-1", fhir.literal("Patient", "gone"), fhir.participant(fhir.urn("gone"))),
        fhir.location("s-1", mode="kind"),
    ],
)
def test_what_is_normal_or_only_elsewhere_is_taken(tmp_path: Path, resource: fhir.Json) -> None:
    export = read_export(fhir.write(tmp_path / "export", [DOCTOR, resource]), fhir.NOW, STRICT)

    assert export.findings != ()
