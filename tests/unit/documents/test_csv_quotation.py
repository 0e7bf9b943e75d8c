"""Quotation marks that are not closed, and rows and lines that are too long, cost one row and nobody else."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from adapters.documents import csv_lines, csv_rows, roster_csv
from router.practice.import_report import Level
from router.practice.roster import Mode
from tests.samples.rosters import EMPTY
from tests.unit.documents.roster_tables import PRACTICE, SAM, TEAMS, TWO, brought, columns

OPEN = ['patient,pat,"Pat Doe,,,no', 'patient,"pat,Pat Doe', '"patient,pat,Pat Doe', 'patient,pat,"Pat\nDoe,x']


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("row", OPEN)
def test_a_quotation_mark_that_is_not_closed_swallows_nobody(row: str, mode: Mode) -> None:
    """It would make one cell of all rows that follow, so that nobody in them would be in the table."""
    others = "".join(f"staff,{one},{one.title()}\n" for one in ("ann", "ben")) + "patient,sam,Sam Doe\n"

    after, findings = brought(f"record,id,name,email,title,active\n{row}\n{others}", PRACTICE, mode)

    assert (2, csv_rows.OPEN_QUOTE) in [(one.line, one.reason) for one in findings]
    assert after.patients["pat"] == PRACTICE.patients["pat"]
    assert {key for key, one in after.patients.items() if one.active} == {"pat", "sam"}
    assert {key for key, one in after.staff.items() if one.active} == {"ann", "ben"}
    assert after.patients["sam"].name == "Sam Doe"


def test_a_quotation_mark_that_is_open_at_the_end_costs_one_row() -> None:
    after, findings = brought('record,id,name\nstaff,s,Kim\nstaff,t,"Lee\nand more\n', EMPTY)

    assert list(after.staff) == ["s"]
    assert (3, csv_rows.OPEN_QUOTE) in [(one.line, one.reason) for one in findings]


def test_a_line_of_a_care_team_with_an_open_quotation_mark_leaves_teams_as_they_are() -> None:
    rows = 'patient,pat,Pat Doe,,,\npatient,sam,Sam Doe,,,\ncare_team,,,"pat,ann,x\n'

    after, _ = brought(TEAMS + rows)

    assert [member.staff for member in after.patients["pat"].care_team] == ["ann", "ben"]


def test_a_cell_that_is_too_long_costs_one_row_and_deactivates_nobody() -> None:
    after, findings = brought("record,id,name\nstaff,a," + "x" * 200_000 + "\nstaff,b,Bo\n", PRACTICE, Mode.REPLACE)

    assert (2, csv_rows.NOT_CSV) in [(one.line, one.reason) for one in findings]
    assert after.staff["b"].name == "Bo"
    assert all(one.active for one in after.staff.values())
    assert all(one.active for one in after.patients.values())


OPEN_CELLS = [{"name": '"Pat Doe'}, {"email": '"pat@home.example'}, {"id": '"pat'}]


@pytest.mark.parametrize("order", ["id,record,name,email", "name,email,id,record", "email,name,record,id"])
@pytest.mark.parametrize("cells", OPEN_CELLS)
@pytest.mark.parametrize("closing", ["", '"Lee, Jr."'])
def test_an_open_quotation_mark_swallows_nobody_wherever_the_column_record_stands(
    order: str, cells: dict[str, str], closing: str
) -> None:
    """Also where a cell further down begins with one, which would close it."""
    pat = {"record": "patient", "id": "pat", "name": "Pat Doe", **cells}
    lee = {"record": "patient", "id": "lee", "name": closing or "Lee"}

    after, findings = brought(columns(order, [pat, SAM, *TWO, lee]), PRACTICE, Mode.REPLACE)

    assert (2, csv_rows.OPEN_QUOTE) in [(one.line, one.reason) for one in findings]
    assert {key for key, one in after.patients.items() if one.active} == {"pat", "sam", "lee"}
    assert {key for key, one in after.staff.items() if one.active} == {"ann", "ben"}
    assert after.patients["sam"].name == "Sam Doe"
    assert after.patients["lee"].name == closing.strip('"') or "Lee"


def test_a_row_has_so_many_lines_at_the_most_and_reading_goes_on_with_the_next_one() -> None:
    """Rows of a kind that isn't known don't show where a row begins."""
    others = "".join(f"x-{number},nurse,N\n" for number in range(csv_rows.MOST_LINES))

    after, findings = brought(f'id,record,name\na,staff,"Ann\n{others}b,staff,Bo\n', EMPTY, Mode.REPLACE)

    places = [(one.line, one.reason) for one in findings]
    assert (2, csv_rows.OPEN_QUOTE) in places
    assert [line for line, reason in places if reason == roster_csv.NO_KIND] == list(range(3, csv_rows.MOST_LINES + 3))
    assert after.staff["b"].name == "Bo"


def test_a_row_of_many_lines_is_read_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line once more for every line of its row takes minutes for a cell into which a page was pasted."""
    read: list[str] = []
    real = csv.reader

    def noting(lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            read.append(line)
            yield line

    def counting(lines: Iterable[str], **options: Any) -> Any:  # noqa: ANN401 - as csv has it.
        return real(noting(lines), **options)

    monkeypatch.setattr(csv, "reader", counting)
    page = "\n".join(f'"" {number}' for number in range(csv_rows.MOST_LINES - 2))

    after, findings = brought(f'record,id,name\nstaff,a,"Ann\n{page}"\nstaff,b,Bo\n', EMPTY)

    assert (findings[0].level, list(after.staff)) == (Level.REPAIRED, ["a", "b"])
    assert len(read) <= csv_rows.MOST_LINES + 4


def test_a_line_that_is_longer_than_any_row_costs_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_lines, "LONGEST_LINE", 20)

    after, findings = brought("record,id,name\r\nstaff,a," + "x," * 40 + "\r\nstaff,b,Bo\r\n", EMPTY)

    assert {one.reason for one in findings} == {csv_rows.NOT_CSV, "was skipped: it has no id that can be used"}
    assert list(after.staff) == ["b"]
