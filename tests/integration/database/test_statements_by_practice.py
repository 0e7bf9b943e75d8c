"""Each statement of a working day names its practice, so that practices could be spread over databases.

What goes over all practices is listed: claims, leases and counts of what waits, which each database would do for
itself, and what is looked up before its practice is known. Seen on SQLite; the repositories say the same on PostgreSQL,
but for the claim, which goes over all practices there too.
"""

import re
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, event

from adapters.database.engine import make_engine
from router.messaging.hours import Hours, PracticeHours
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import House
from tests.integration.database.test_generic_plans_of_messages import LADDER, a_day

NAMES_IT = re.compile(r"practice(_id)? = |practice\.id (=|IN) |INSERT INTO|practice, \w+\.\w+\) (=|>|IN \(VALUES)")
OVER_ALL = (
    # Of the installation.
    "FROM quarantine",
    "FROM relay",
    "FROM worker",
    "strftime",
    # Before the practice is known.
    "FROM portal_link",
    "FROM session",
    # Claims, leases and counts of what waits.
    "FROM waiting",
    "FROM message WHERE message.state = ?",
    "notification.state IN ('due', 'leased')",
    "notification.token = ?",
)
READS_OR_WRITES = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


def test_each_statement_names_its_practice_but_for_those_that_go_over_all(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'day.db'}")
    hours = Hours(PracticeHours(round_the_clock=True))
    house = House(engine).furnish(replace(settings({Topic.BILLING: ["ann", "ben"]}), hours=hours, ladder=LADDER))
    statements: set[str] = set()

    def note(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(READS_OR_WRITES):
            statements.add(" ".join(statement.split()))

    event.listen(engine, "before_cursor_execute", note)
    a_day(house, 0)
    engine.dispose()

    assert len(statements) > 100
    without = {one for one in statements if not NAMES_IT.search(one)}
    assert {one for one in without if not any(words in one for words in OVER_ALL)} == set()
