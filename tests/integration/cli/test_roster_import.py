"""`careroute roster`: what it prints, what it refuses, and what a part of an export can't do."""

import gzip
import json
import sqlite3
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.processes import careroute
from tests.samples import fhir

PEOPLE = [
    fhir.practitioner("d-1"),
    fhir.patient("p-1", name=[{"text": "O\x92Neil"}]),
    {"resourceType": "Patient", "name": [{"text": "Nobody"}]},
    fhir.location("s-1"),
    fhir.location("s-2", mode="kind"),
    fhir.care_team("t-1", fhir.literal("Patient", "p-1"), fhir.participant(fhir.literal("Patient", "p-1"))),
]


@pytest.fixture
def data(tmp_path: Path) -> dict[str, str]:
    """The data directory of an empty practice."""
    variables = {"CAREROUTE_DATA_DIR": str(tmp_path / "data")}
    careroute("practice", "create", "clinic", "--name", "Clinic", "--time-zone", "America/New_York", **variables)
    return variables


def bring(source: Path, data: dict[str, str], *options: str) -> CompletedProcess[str]:
    return careroute("roster", "import", str(source), *options, **data)


def people(data: dict[str, str], table: str = "patient") -> dict[str, bool]:
    """Who is stored, and whether they are active."""
    with sqlite3.connect(Path(data["CAREROUTE_DATA_DIR"]) / "careroute.db") as connection:
        found = dict(connection.execute(f"select id, active from {table}").fetchall())  # noqa: S608 - of this test.
    connection.close()
    return {key: bool(active) for key, active in found.items()}


def test_what_needs_a_person_comes_first_and_what_is_normal_is_counted(tmp_path: Path, data: dict[str, str]) -> None:
    done = bring(fhir.write(tmp_path / "export", PEOPLE), data, "--report", str(tmp_path / "report.jsonl"))

    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout.splitlines()
    assert said[0] == "Stored:"
    order = [
        next(place for place, line in enumerate(said) if line.startswith(start))
        for start in (
            "Skipped: ",
            "Needs attention: ",
            "  Patient Patient.ndjson:2 id (Patient.ndjson, line 2): was skipped",
            "Repaired: 1.",
            "Not part of a roster (normal in every export):",
            "  1 Location: is a room, a bed, a kind of place",
        )
    ]
    assert order == sorted(order)
    assert "  1 CareTeam: a participant is a patient, not a practitioner" in said
    lines = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text().splitlines()]
    assert {line["level"] for line in lines} == {"attention", "repaired", "normal"}
    levels = [line["level"] for line in lines]
    assert levels == sorted(levels, key=["attention", "repaired", "normal"].index)
    assert {"level", "type", "id", "field", "reason", "file", "line"} == set(lines[0])
    assert "Neil" not in done.stdout + (tmp_path / "report.jsonl").read_text()


def test_a_strict_import_is_refused_for_one_record(tmp_path: Path, data: dict[str, str]) -> None:
    refused = bring(fhir.write(tmp_path / "export", PEOPLE), data, "--strict")

    assert (refused.returncode, people(data)) == (2, {})
    assert refused.stderr == "careroute: Patient.ndjson, line 2, id: Field required\n"


def test_a_strict_import_is_refused_for_charts_that_lead_to_one_another(tmp_path: Path, data: dict[str, str]) -> None:
    links = {one: [{"other": fhir.literal("Patient", other), "type": "replaced-by"}] for one, other in ("ab", "ba")}
    charts = [fhir.patient(one, link=link) for one, link in links.items()]
    folder = fhir.write(tmp_path / "export", [fhir.practitioner("d-1"), *charts])

    refused, taken = bring(folder, data, "--strict"), bring(folder, data)

    assert (refused.returncode, taken.returncode) == (2, 0)
    assert "was merged into a chart that leads back to it" in refused.stderr
    assert people(data) == {"a": True, "b": True}


def test_a_part_is_never_taken_for_the_whole(tmp_path: Path, data: dict[str, str]) -> None:
    """A replace with an unreadable part is refused; a merge says so before all else; a readable part counts."""
    patients = [fhir.patient(f"p-{number}") for number in range(40)]
    folder = fhir.write(tmp_path / "export", [fhir.practitioner("d-1"), *patients])
    bring(folder, data)
    packed = gzip.compress("".join(json.dumps(patient) + "\n" for patient in patients[37:]).encode())
    (folder / "Patient.ndjson").write_text("".join(json.dumps(patient) + "\n" for patient in patients[:37]))

    (folder / "Patient.001.ndjson.gz").write_bytes(packed[:40])
    refused = bring(folder, data, "--mode", "replace")
    merged = bring(folder, data)
    after = people(data)
    (folder / "Patient.001.ndjson.gz").write_bytes(packed)
    replaced = bring(folder, data, "--mode", "replace")

    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert "Patient.001.ndjson.gz" in refused.stderr
    assert merged.stdout.startswith("INCOMPLETE: ")
    assert "Patient.001.ndjson.gz" in merged.stdout.splitlines()[0]
    assert replaced.returncode == 0
    assert after == people(data) == {f"p-{number}": True for number in range(40)}


def test_a_table_that_breaks_off_replaces_nobody(tmp_path: Path, data: dict[str, str]) -> None:
    file = tmp_path / "roster.csv"
    rows = "record,id,name,email\nstaff,d-1,Ida,\npatient,p-1,Ada,\n"
    file.write_text(f"{rows}patient,p-2,Bea Sample,\npatient,p-3,Cleo Sample,")
    whole = bring(file, data, "--mode", "replace")

    file.write_text(f"{rows}patient,p-2,Bea")
    refused, merged = bring(file, data, "--mode", "replace"), bring(file, data)

    assert (whole.returncode, refused.returncode, merged.returncode) == (0, 2, 0)
    assert "roster.csv, line 4: it ends within a row" in refused.stderr
    assert merged.stdout.splitlines()[0].startswith("INCOMPLETE: ")
    assert people(data) == dict.fromkeys(("p-1", "p-2", "p-3"), True)


def test_general_practitioners_are_members_where_asked_for(tmp_path: Path, data: dict[str, str]) -> None:
    chart = fhir.patient("p-1", generalPractitioner=[fhir.literal("Practitioner", "d-1")])
    folder = fhir.write(tmp_path / "export", [chart, fhir.practitioner("d-1")])

    plain = bring(folder, data)
    asked = bring(folder, data, "--general-practitioners")

    assert "names a general practitioner who is not on the care team" in plain.stdout
    assert [line.split()[:3] for line in asked.stdout.splitlines()[2:5]][2] == ["patients", "0", "1"]


def test_the_template_can_be_imported(tmp_path: Path, data: dict[str, str]) -> None:
    template = careroute("roster", "template", **data)
    file = tmp_path / "roster.csv"
    file.write_text(template.stdout + "patient,p-2,Broken,,,,1980-13-01\nnobody,x,y\n")

    dry = bring(file, data, "--dry-run")
    before = people(data)
    done = bring(file, data)

    assert dry.stdout.startswith("Would change (nothing is stored):")
    assert "patients p-2 birth_date (roster.csv, line 8): must be a date such as 1980-02-29" in dry.stdout
    assert "Row roster.csv:9 (roster.csv, line 9): was skipped" in dry.stdout
    assert (done.returncode, before, people(data)) == (0, {}, {"p-1": True, "p-2": True})
    assert people(data, "staff") == {"s-1": True, "s-2": True}


def test_a_dry_run_shows_the_first_ten_faults_of_a_kind(tmp_path: Path, data: dict[str, str]) -> None:
    file = tmp_path / "roster.csv"
    file.write_text("record,id,name\n" + "".join(f"staff,s-{number},\n" for number in range(14)))

    dry = bring(file, data, "--dry-run")

    shown = [line for line in dry.stdout.splitlines() if line.endswith("Field required")]
    assert len(shown) == 11
    assert "and 4 more of staff: Field required" in dry.stdout


def test_a_report_that_cannot_be_written_stores_nothing(tmp_path: Path, data: dict[str, str]) -> None:
    folder = fhir.write(tmp_path / "export", PEOPLE)

    refused = bring(folder, data, "--report", str(tmp_path / "nowhere" / "report.jsonl"))

    assert (refused.returncode, people(data)) == (2, {})
    assert refused.stderr == "careroute: --report can't be written (No such file or directory)\n"


def test_an_empty_file_is_not_taken_for_nobody(tmp_path: Path, data: dict[str, str]) -> None:
    """A replace is refused; a merge says so before all else, and deactivates nobody."""
    patients = [fhir.patient(f"p-{number}") for number in range(3)]
    folder = fhir.write(tmp_path / "export", [fhir.practitioner("d-1"), *patients])
    bring(folder, data)
    (folder / "Patient.ndjson").write_bytes(b"")

    refused = bring(folder, data, "--mode", "replace", "--allow-deactivate")
    merged = bring(folder, data)

    said = "a part of it is missing: Patient.ndjson: is empty"
    assert (refused.returncode, refused.stderr) == (2, f"careroute: replace needs the whole export, but {said}\n")
    assert merged.stdout.startswith("INCOMPLETE: a part of the export is missing: Patient.ndjson: is empty\n")
    assert people(data) == {"p-0": True, "p-1": True, "p-2": True}
