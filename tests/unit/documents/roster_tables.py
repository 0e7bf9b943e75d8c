"""A practice, and tables that are brought to it."""

from io import BytesIO

from adapters.documents.roster_file import read_roster_csv
from router.practice.import_report import Finding
from router.practice.people import Roster
from router.practice.roster import Mode
from tests.builders import NORTH, SOUTH, a_patient, a_staff
from tests.samples.rosters import bring

HEADER = "record,id,name,email,title,active,birth_date,record_number,home_site,sites,patient,staff,role\n"
TEAMS = "record,id,name,patient,staff,role\n"
PRACTICE = Roster(
    {"north": NORTH, "south": SOUTH},
    {"ann": a_staff("ann"), "ben": a_staff("ben")},
    {"pat": a_patient("pat", team=["ann", "ben"], record_number="M-1"), "sam": a_patient("sam")},
)


def brought(text: str | bytes, current: Roster = PRACTICE, mode: Mode = Mode.MERGE) -> tuple[Roster, list[Finding]]:
    """The practice after a table, and what was wrong with it."""
    data = text.encode() if isinstance(text, str) else text
    parts = list(read_roster_csv(BytesIO(data), "roster.csv", is_strict=False))
    after, settled = bring(current, parts[0][0], mode)
    return after, [*(finding for _, findings in parts for finding in findings), *settled.findings]


def columns(order: str, rows: list[dict[str, str]], separator: str = ",") -> str:
    """A table whose columns stand in this order."""
    names = order.split(",")
    lines = [separator.join(names), *(separator.join(row.get(name, "") for name in names) for row in rows)]
    return "\n".join(lines) + "\n"


SAM = {"record": "patient", "id": "sam", "name": "Sam Doe"}
TWO = [{"record": "staff", "id": one, "name": one.title()} for one in ("ann", "ben")]
