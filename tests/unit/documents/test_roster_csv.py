"""A roster as a table: what its columns, cells and rows mean."""

from datetime import date
from io import BytesIO

import pytest

from adapters.documents import csv_rows, roster_csv, spool
from adapters.documents.roster_file import read_roster_csv
from router.errors import Invalid
from router.practice.import_report import Level
from router.practice.people import CareTeamMember
from router.practice.roster import Mode
from router.practice.settling import NOBODY_LEFT
from tests.samples.rosters import EMPTY
from tests.unit.documents.roster_tables import HEADER, PRACTICE, SAM, TEAMS, TWO, brought, columns


def test_the_template_is_a_roster() -> None:
    after, findings = brought(roster_csv.template(), EMPTY)

    chart = after.patients["p-1"]
    assert findings == []
    assert list(after.sites) == ["north"]
    assert [(member.name, member.title, member.active) for member in after.staff.values()] == [
        ("Dr. Ada Example", "Family medicine", True),
        ("Ben Example", "Nurse", True),
    ]
    assert (chart.name, chart.birth_date, chart.record_number) == ("Cleo Example", date(1980, 2, 29), "MRN-1")
    assert (chart.home_site, chart.sites) == ("north", ("north",))
    assert chart.care_team == (CareTeamMember("s-1", "Primary care"), CareTeamMember("s-2", "Nurse"))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_tables_are_read_as_spreadsheets_write_them(separator: str, encoding: str) -> None:
    """With any separator, byte order mark, case and order of columns, and sites of a patient with bars between."""
    text = "ID,Record,Name,Sites,Home_Site,Active\r\np,PATIENT,Zoë,south|north,north,No\r\n,,,,,\r\n"

    after, findings = brought(text.replace(",", separator).encode(encoding))

    chart = after.patients["p"]
    assert (chart.name, chart.sites, chart.home_site, chart.active) == ("Zoë", ("south", "north"), "north", False)
    assert [finding.reason for finding in findings] == ([roster_csv.NOT_UTF_8] if encoding == "cp1252" else [])


def test_columns_that_are_not_there_change_nothing_and_empty_cells_empty() -> None:
    kept, _ = brought("record,id,name\npatient,pat,Pat Roe\nstaff,ann,Anna\n")
    emptied, _ = brought(HEADER + "patient,pat,Pat Roe,,,,,,,,,,\nstaff,ann,Anna,,,,,,,,,,\n")

    assert (kept.patients["pat"].record_number, kept.patients["pat"].home_site) == ("M-1", "north")
    assert (kept.staff["ann"].name, kept.staff["ann"].email) == ("Anna", "ann@clinic.example")
    assert (emptied.patients["pat"].record_number, emptied.patients["pat"].home_site) == (None, None)
    assert emptied.staff["ann"].email is None
    assert kept.patients["pat"].care_team == emptied.patients["pat"].care_team == PRACTICE.patients["pat"].care_team


def test_a_table_with_care_teams_says_all_of_them() -> None:
    text = TEAMS + "patient,pat,Pat Doe,,,\npatient,sam,Pat Doe,,,\ncare_team,,,sam,ben,\ncare_team,,,gone,ben,x\n"

    after, findings = brought(text)

    assert after.patients["pat"].care_team == ()
    assert after.patients["sam"].care_team == (CareTeamMember("ben", roster_csv.DEFAULT_ROLE),)
    assert [(finding.source, finding.reason, finding.line) for finding in findings] == [
        ("roster.csv:5", roster_csv.NOT_IN_FILE, 5),
        ("pat", NOBODY_LEFT, None),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("care_team,,,pat,,Nurse", roster_csv.NO_MEMBER),
        ("care_team,,,,ben,Nurse", roster_csv.NO_MEMBER),
        ("care_team,,,pat,ben,Nurse,x", csv_rows.TOO_MANY_CELLS),
        ("patient,sam,Doe, Sam,,,,x", csv_rows.TOO_MANY_CELLS),
        ("nurse,ben,Ben,,,", roster_csv.NO_KIND),
        ("patient,,Nobody,,,", "was skipped: it has no id that can be used"),
    ],
)
def test_a_faulty_row_is_skipped_and_costs_nobody_anything(row: str, reason: str) -> None:
    people = "staff,ann,Ann,,,\nstaff,ben,Ben,,,\nsite,north,North Clinic,,,\nsite,south,South Clinic,,,\n"
    charts = "patient,pat,Pat Doe,,,\ncare_team,,,pat,ann,Physician\n"

    after, findings = brought(f"{TEAMS}{row}\n{people}{charts}", mode=Mode.REPLACE)

    assert [(finding.file, finding.line) for finding in findings if finding.reason == reason][:1] == [("roster.csv", 2)]
    assert {patient.id for patient in after.patients.values() if patient.active} >= {"pat"}
    if row.startswith("care_team"):
        assert after.patients["pat"] == PRACTICE.patients["pat"]
    else:
        assert after.patients["sam"] == PRACTICE.patients["sam"]


def test_a_cell_that_decides_on_access_must_be_plain() -> None:
    after, findings = brought("record,id,name,active\nstaff,ann,Ann,perhaps\nstaff,ben,Ben,no\nstaff,new,New,maybe\n")

    assert after.staff["ann"].active
    assert not after.staff["ben"].active
    assert "new" not in after.staff
    assert {finding.line for finding in findings} == {2, 4}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "must name the column record once"),
        ("Anna,Smith,1980\n", "names no known column in place 1"),
        ("record,id,name,name\n", "must name the column name once"),
        ("record,id\n", "must name the column name once"),
        ("sep=;\nrecord;id;surname\n", "must name the column name once"),
    ],
)
def test_what_is_no_table_is_refused_by_line_and_place(text: str, place: str) -> None:
    with pytest.raises(Invalid) as refused:
        brought(text)

    assert place in [error.message for error in refused.value.errors]
    assert all(error.field.startswith("roster.csv, line") for error in refused.value.errors)
    assert "Smith" not in str(refused.value)


@pytest.mark.parametrize("text", [HEADER, HEADER + "\n,,,\n"])
def test_a_table_of_nobody_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="no rows"):
        brought(text)


def test_a_strict_table_is_refused_for_one_row() -> None:
    with pytest.raises(Invalid) as refused:
        list(read_roster_csv(BytesIO(b"record,id,name\nstaff,a,\n"), "roster.csv", is_strict=True))

    assert refused.value.errors[0].field == "roster.csv, line 2, name"


def test_a_long_table_comes_in_slices_with_its_care_teams(monkeypatch: pytest.MonkeyPatch) -> None:
    """However far a line of a care team stands from its patient."""
    monkeypatch.setattr(roster_csv, "SLICE", 2)
    monkeypatch.setattr(spool, "AT_ONCE", 2)
    people = "".join(f"patient,p-{number},Doe,,,\n" for number in range(5))
    teams = "".join(f"care_team,,,p-{number},ann,Nurse\n" for number in range(5))

    parts = list(read_roster_csv(BytesIO((TEAMS + people + teams).encode()), "roster.csv", is_strict=False))

    patients = [patient for document, _ in parts for patient in document.patients]
    assert [len(document.patients) for document, _ in parts] == [2, 2, 1]
    assert all(patient.care_team == (CareTeamMember("ann", "Nurse"),) for patient in patients)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_separator_may_be_named_and_cells_may_hold_it_and_line_ends(line_end: str) -> None:
    text = line_end.join(
        ["sep=;", "record;id;name;title", 'staff;s;"Kim\nOsei; ""KO""";"a\n\nb"', 'staff;t;Lee "Bud" Hart;']
    )

    after, findings = brought(text + line_end, EMPTY)

    assert findings == []
    assert {one.id: (one.name, one.title) for one in after.staff.values()} == {
        "s": ('Kim Osei; "KO"', "a b"),
        "t": ('Lee "Bud" Hart', None),
    }


def test_bytes_that_are_not_utf_8_spoil_no_others() -> None:
    """A cell pasted out of another table, in a file that is UTF-8 but for that."""
    rows = "staff,a,Zoë Brückner\n".encode() + "staff,b,D\u2019Arcy Müller\n".encode("cp1252")

    after, findings = brought(b"record,id,name\n" + rows, EMPTY)

    assert [one.name for one in after.staff.values()] == ["Zoë Brückner", "D\u2019Arcy Müller"]
    assert [(one.reason, one.level) for one in findings] == [(roster_csv.NOT_UTF_8, Level.ATTENTION)]


def test_a_header_that_comes_again_is_no_row() -> None:
    """Tables that were put together out of several."""
    after, findings = brought("record,id,name\nstaff,a,Ann\nRecord,ID,Name,,\nstaff,b,Bo\n", EMPTY)

    assert (list(after.staff), findings) == (["a", "b"], [])


@pytest.mark.parametrize("spoiled", ["1.23457E+11", "1,2E+15", "9E+10", "#N/A", "#REF!", "#NAME?"])
def test_what_a_spreadsheet_put_in_the_place_of_a_text_is_not_taken_for_it(spoiled: str) -> None:
    text = columns("record;id;name;email;record_number".replace(";", ","), [{**SAM, "id": "pat"}, TWO[0], TWO[1]], ";")
    text = text.replace("patient;pat;Sam Doe;;", f"patient;pat;Pat Doe;{spoiled};{spoiled}")

    after, findings = brought(text, PRACTICE)

    assert [(one.line, one.field, one.reason) for one in findings] == [
        (2, "email", roster_csv.SPOILED),
        (2, "record_number", roster_csv.SPOILED),
    ]
    assert (after.patients["pat"].record_number, after.patients["pat"].email) == ("M-1", PRACTICE.patients["pat"].email)


def test_an_id_that_a_spreadsheet_shortened_is_nobodys() -> None:
    """All long ids become the same one: whoever has one may be in such a row."""
    after, findings = brought("record,id,name\npatient,4.7E+11,Pat Doe\npatient,4.7E+11,Sam Doe\n", mode=Mode.REPLACE)

    assert [one.line for one in findings if one.reason == roster_csv.NO_TRUE_ID] == [2, 3]
    assert after.patients == PRACTICE.patients


@pytest.mark.parametrize(
    ("cell", "name"), [("'00123", "00123"), ("'=1+1", "=1+1"), ("'t Hooft", "'t Hooft"), ("Null", "Null")]
)
def test_an_apostrophe_that_only_marks_a_text_is_no_part_of_it(cell: str, name: str) -> None:
    after, _ = brought(f"record,id,name\nstaff,{cell},{cell}\n", EMPTY)

    assert [(one.id, one.name) for one in after.staff.values()] == [(name, name)]


@pytest.mark.parametrize("first", ['sep="', "sep=", "sep=;;"])
def test_a_separator_that_can_not_be_one_is_no_header(first: str) -> None:
    with pytest.raises(Invalid):
        brought(first + "\nrecord,id,name\nstaff,a,Ann\n")
