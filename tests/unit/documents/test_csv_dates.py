"""Birth dates as spreadsheets of several countries write them."""

from datetime import date

import pytest

from adapters.documents.csv_dates import as_iso_date
from tests.unit.documents.roster_tables import HEADER, brought


@pytest.mark.parametrize(
    "cell", ["29.02.1980", "29. 2. 1980", "1980/2/29", "1980.02.29", "1980-2-29", "29.2.1980 00:00"]
)
def test_a_date_that_can_mean_one_day_only_is_read(cell: str) -> None:
    """Birth dates of whole tables from Germany or Japan were left out."""
    after, findings = brought(f"{HEADER}patient,p-1,Cleo,,,,{cell},,,,,,\n")

    assert after.patients["p-1"].birth_date == date(1980, 2, 29)
    assert findings == []


@pytest.mark.parametrize(
    "cell", ["02/03/1980", "2-3-1980", "29.02.80", "31.02.1980", "1980/02-29", "29276", "29.2.1980 14:00"]
)
def test_any_other_date_is_left_out_and_reported(cell: str) -> None:
    after, findings = brought(f"{HEADER}patient,p-1,Cleo,,,,{cell},,,,,,\n")

    assert after.patients["p-1"].birth_date is None
    assert [finding.field for finding in findings] == ["birth_date"]
    assert as_iso_date(cell) in {cell, "1980-02-31"}
