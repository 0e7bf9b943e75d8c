"""What spreadsheet programs and unfinished downloads make of a roster table."""

from io import BytesIO

import pytest

from adapters.documents import csv_rows
from adapters.documents.flags import flag_of
from adapters.documents.roster_csv import BREAKS_OFF, read_table
from adapters.documents.roster_file import read_roster_csv
from router.practice.import_report import Level
from router.practice.roster import Mode
from tests.samples.rosters import EMPTY
from tests.unit.documents.roster_tables import PRACTICE, TEAMS, brought

PEOPLE = "staff,ann,Ann,,,\nstaff,ben,Ben,,,\npatient,pat,Pat Doe,,,\n"


@pytest.mark.parametrize(
    "cut",
    [
        "patient,sam,Sam D",
        "patient,sam",
        "pat",
        'patient,sam,"Sam D',
        'patient,sam,"Sam D\nand more',
        "care_team,,,pat,an",
        "patient,1E+11,Sam",
    ],
)
def test_a_table_that_breaks_off_is_a_part(cut: str) -> None:
    """The row in which it does changes nobody, and who would have come behind it is not absent."""
    text = f"{TEAMS}{PEOPLE}{cut}"
    whole_teams = f"{TEAMS}{PEOPLE}care_team,,,pat,ann,\n{cut}"

    after, findings = brought(text, PRACTICE, Mode.REPLACE)

    line = 2 + PEOPLE.count("\n")
    assert read_table(BytesIO(text.encode()), "roster.csv").incomplete == (f"roster.csv, line {line}: {BREAKS_OFF}",)
    assert (line, csv_rows.CUT_OFF) in [(one.line, one.reason) for one in findings]
    assert after.patients["sam"] == PRACTICE.patients["sam"]
    assert brought(whole_teams)[0].patients["pat"].care_team[1:] == PRACTICE.patients["pat"].care_team[1:]


@pytest.mark.parametrize(
    "last",
    ["patient,sam,Sam,,,", "patient,sam,Sam\n", "patient,sam,Sam\r\n", "patient,sam,Sam\r", "", ",,", " ", "\x1a"],
)
def test_a_last_row_with_all_cells_or_a_line_end_is_whole(last: str) -> None:
    table = read_table(BytesIO(f"{TEAMS}{PEOPLE}{last}".encode()), "roster.csv")

    assert (table.incomplete, table.findings, table.everybody) == ((), [], False)


@pytest.mark.parametrize(
    ("cell", "text"),
    [('="00100"', "00100"), ('"=""00100"""', "00100"), ('="a""b"', 'a"b'), ('=" 7"', "7"), ('="1"&"2"', '="1"&"2"')],
)
def test_a_formula_that_gives_a_text_is_that_text(cell: str, text: str) -> None:
    """Excel keeps leading zeros only in such a cell."""
    after, _ = brought(f"record,id,name\nstaff,s-1,{cell}\n", EMPTY)

    assert after.staff["s-1"].name == text


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("TRUE", "FALSE"),
        ("WAHR", "FALSCH"),
        ("VRAI", "FAUX"),
        ("VERO", "FALSO"),
        ("VERDADERO", "FALSO"),
        ("WAAR", "ONWAAR"),
        ("PRAWDA", "FA\u0141SZ"),
        ("DO\u011eRU", "YANLI\u015e"),
        ("\u0418\u0421\u0422\u0418\u041d\u0410", "\u041b\u041e\u0416\u042c"),
        ("Ja", "Nein"),
        ("oui", "non"),
        ("s\u00ed", "no"),
        ("si\u0301", "na\u0303o"),
        ("\u0434\u0430", "\u043d\u0435\u0442"),
    ],
)
def test_yes_and_no_are_read_in_the_languages_of_spreadsheets(yes: str, no: str) -> None:
    after, findings = brought(f"record,id,name,active\nstaff,a,Ann,{yes}\nstaff,b,Ben,{no}\n", EMPTY)

    assert [(one.id, one.active) for one in after.staff.values()] == [("a", True), ("b", False)]
    assert findings == []
    assert flag_of(f"{yes}{no}") is None


def test_a_table_that_breaks_off_refuses_a_strict_import() -> None:
    with pytest.raises(Exception, match="not valid"):
        list(read_roster_csv(BytesIO(b"record,id,name\nstaff,a,Ann\nstaff,b"), "roster.csv", is_strict=True))


def test_what_was_put_right_in_an_address_is_reported() -> None:
    after, findings = brought("record,id,name,email\nstaff,a,Ann,an\u200bn@clinic.example\n", EMPTY)

    assert after.staff["a"].email == "ann@clinic.example"
    assert [(one.field, one.level) for one in findings] == [("email", Level.REPAIRED)]


@pytest.mark.parametrize("record", ["patient,p\u200b-1,Pat Doe", "staff,\ufeffs-1,Kim", "site,n\u2060,North"])
def test_an_id_with_a_character_that_nobody_sees_is_no_id(record: str) -> None:
    """It would be another person, or place, that looks the same."""
    after, findings = brought(f"record,id,name\n{record}\n", EMPTY)

    assert [(one.field, one.line) for one in findings] == [("id", 2)]
    assert after == EMPTY


def test_a_row_of_no_kind_may_be_a_line_of_any_care_team() -> None:
    """A word misspelled in one row took that patient's whole care team away, beside rows that were read."""
    text = f"{TEAMS}{PEOPLE}patient,sam,Sam,,,\ncare_team,,,sam,ann,\ncareteam,,,pat,ann,\n"

    after, _ = brought(text, PRACTICE)

    assert after.patients["pat"].care_team == PRACTICE.patients["pat"].care_team
    assert [member.staff for member in after.patients["sam"].care_team] == ["ann"]


@pytest.mark.parametrize("kind", ["Care Team", "care-team", " CARE  TEAM "])
def test_a_kind_in_two_words_is_read(kind: str) -> None:
    after, findings = brought(f"{TEAMS}{PEOPLE}{kind},,,pat,ben,\n")

    assert [member.staff for member in after.patients["pat"].care_team] == ["ben"]
    assert findings == []
