"""What a message costs doesn't grow with its practice, whatever plan PostgreSQL keeps.

Each statement keeps the first plan that was made of it, before anything had statistics, or makes it anew once they are
gathered; the practice is large by then. Each is explained just before it is executed, and what it reads is undone.
"""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from router.actors import COMMAND
from router.coverage.staged_import import ImportTerms
from router.flows.administrator.roster_staging import RosterPart
from router.flows.practice import known_practice, read_snapshot
from router.practice.doubts import Doubts
from router.practice.roster import RosterDocument
from router.practice.topics import Topic
from tests.builders import a_patient, settings
from tests.house import PRACTICE, House
from tests.plans import ANALYZED, buffers_of_each, fill, generic_plans, plans_of_each, rows_of

# The table of patients has about 200 blocks, that of care teams 280.
FILLED = """
insert into patient (practice, id, name, record_number, notify, home_site, active, sought)
select 'clinic', 'patient-' || n, 'Patient ' || n, 'MRN ' || n, false, 'north', true, md5(n::text)
from generate_series(1, 8000) n;
insert into patient_site (practice, patient, site, position)
select 'clinic', 'patient-' || n, 'north', 0 from generate_series(1, 8000) n;
insert into care_team_member (practice, patient, staff, role, position)
select 'clinic', 'patient-' || n, staff, 'Nurse', 0
from generate_series(1, 8000) n, unnest(array['ada', 'ann', 'ben']) staff
"""
PATIENTS = 8_000
MOST_BLOCKS = 100
SLICE = 5


@pytest.fixture
def house(postgres_url: str, *, analyzed: bool) -> Iterator[House]:
    """A practice that was small when the plans were made."""
    # One of its own: what other tests deleted from a shared one is still read.
    with generic_plans(postgres_url) as engine:
        house = House(engine).furnish(settings({Topic.BILLING: ["ann"]}))
        _everything(house, "pat", 0)
        fill(engine, FILLED, analyzed=analyzed)
        yield house


def _everything(house: House, patient: str, turn: int) -> None:
    """Write, route, read, bring a few patients up to date and change one colleague."""
    for act in _acts(house, patient, turn):
        act()


def _acts(house: House, patient: str, turn: int) -> list[Callable[[], object]]:
    return [
        lambda: house.write(house.draft(f"key-{turn}", patient=patient)),
        house.route.run,
        house.notify.run,
        lambda: house.inbox("ann"),
        lambda: _import(house, patient, turn),
        lambda: house.roster.change_staff(PRACTICE, "ben", {"title": f"Title {turn}"}, COMMAND),
    ]


def _import(house: House, patient: str, turn: int) -> None:
    patients = [a_patient(f"{patient}-{number}", name=f"Name {turn}", team=["ann"]) for number in range(SLICE)]
    document = RosterDocument(patients=tuple(patients), doubts=Doubts())
    staged = house.staging.begin(PRACTICE, ImportTerms(), COMMAND)
    house.staging.put_part(staged.ref, 1, RosterPart(document))
    house.staging.apply(staged.ref, 1)
    while house.roster_steps.step(staged.ref).after == "":
        pass


@ANALYZED
def test_no_statement_reads_more_in_a_large_practice(house: House) -> None:
    with buffers_of_each(house.engine) as read:
        _everything(house, "patient-77", 1)

    worst = {statement: blocks for statement, blocks in read if "count(" not in statement}
    assert len(worst) > 20
    assert {statement[:200]: blocks for statement, blocks in worst.items() if blocks > MOST_BLOCKS} == {}


@pytest.mark.parametrize("by_site", [False, True])
def test_no_patient_is_compared_with_all_teams_where_statistics_know_of_none(postgres_url: str, by_site: bool) -> None:  # noqa: FBT001
    with generic_plans(postgres_url) as engine:
        house = House(engine).furnish(settings(by_site=by_site), patients=[])
        house.furnish(practice="another", patients=[a_patient("pat", team=["ada"])])
        with engine.begin() as connection:
            connection.execute(text("analyze"))
        fill(engine, FILLED)

        # A process that starts now: another would have counted before.
        with plans_of_each(engine) as plans, House(engine).database.look() as work:
            practice = read_snapshot(work, known_practice(work, PRACTICE))
            counted = work.coverage.count_patients(practice)

    assert sum(counted.attending.values()) == PATIENTS
    assert max(rows_of(plan) for _, plan in plans) < 50 * PATIENTS


@pytest.mark.parametrize("analyzed", [False])
def test_statistics_know_a_large_import_as_soon_as_it_is_written(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.flows.administrator.roster_steps.MANY", SLICE)
    known = text("select relname from pg_class where reltuples > 0 and relname = any(:tables)")

    _import(house, "new", 2)

    with house.engine.connect() as connection:
        tables = ["patient", "care_team_member", "roster_import_record"]
        assert set(connection.execute(known, {"tables": tables}).scalars()) == set(tables)
