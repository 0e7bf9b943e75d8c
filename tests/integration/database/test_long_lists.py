"""Lists of ids travel as one parameter on PostgreSQL.

A statement with a parameter for each id is another statement for every length. Its plan is made for lists that are
short, and looks each id up in all rows of the practice: deleting the care teams of 5,000 patients took 86 s.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, event

from adapters.database.engine import make_engine
from router.actors import COMMAND
from tests.builders import a_patient, a_staff
from tests.house import PRACTICE, STAFF, House

MANY = 120
# More than any statement has columns and conditions.
FEW = 40


@pytest.fixture
def house(migrated_postgres_url: str) -> Iterator[House]:
    """A furnished practice on PostgreSQL; SQLite has no arrays."""
    engine = make_engine(migrated_postgres_url)
    yield House(engine).furnish()
    engine.dispose()


@contextmanager
def parameters_counted(house: House) -> Iterator[dict[str, int]]:
    """The number of parameters of each statement that is executed meanwhile."""
    counts: dict[str, int] = {}

    def count(
        _connection: Connection,
        _cursor: object,
        statement: str,
        parameters: Mapping[str, Any] | list[Mapping[str, Any]],
        *_: object,
    ) -> None:
        one = parameters[0] if isinstance(parameters, list) else parameters
        counts[statement] = len(one)

    event.listen(house.engine, "before_cursor_execute", count)
    yield counts
    event.remove(house.engine, "before_cursor_execute", count)


def test_no_statement_has_a_parameter_for_each_id(house: House) -> None:
    staff = [a_staff(f"staff-{number}") for number in range(MANY)]
    patients = [a_patient(f"patient-{number}", team=[staff[number].id]) for number in range(MANY)]
    with parameters_counted(house) as counts:
        house.bring([*STAFF, *staff], patients)
        drafts = [house.draft(f"key-{n}", patient=f"patient-{n}", to=f"staff-{n}") for n in range(MANY)]
        threads = [receipt.conversation for receipt in house.write(*drafts)]
        house.route.run()
        house.bring([a_staff(one.id, active=False) for one in staff])
        house.bring([a_staff(one.id, email=None) for one in staff], patients)
        house.reports.needs_a_look(PRACTICE)
        house.invitations.send_all(PRACTICE, COMMAND)
        house.bring([], [replace(one, replaced_by=patients[0].id) for one in patients[1:]])
        with house.database.look() as work:
            assert len(work.conversations.entries(PRACTICE, threads)) == MANY
            assert work.conversations.read_until(PRACTICE, threads, "") == {}
            work.password_links.last(PRACTICE, [one.id for one in staff])
            charts = work.roster.replaced_charts(PRACTICE, patients[0].id)
            assert len(work.conversations.of_patient(PRACTICE, charts, None, None, MANY)) == MANY - 1

    assert len(counts) > FEW
    assert {text: count for text, count in counts.items() if count > FEW} == {}
