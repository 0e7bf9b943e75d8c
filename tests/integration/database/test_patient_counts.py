"""What is counted by the database is what counting the charts themselves would give."""

from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import event

from router.coverage.departures import count_care_teams
from router.coverage.patient_counts import count_patients
from router.flows.practice import known_practice, read_snapshot
from router.practice.people import Patient
from tests.builders import a_patient, a_staff, settings
from tests.house import PRACTICE, House
from tests.rosters import stored_roster

STAFF = [a_staff("ada", admin=True), *(a_staff(f"staff-{n}", active=n % 3 > 0) for n in range(6))]
SITES = ("north", "south")


@pytest.fixture
def house(house: House) -> House:
    """A practice whose patients have any sites and any team, the first ones none; somebody else's stands beside it."""
    house.furnish(practice="another", patients=[a_patient("pat", team=["ada"]), a_patient("lone")], staff=STAFF)
    return house.furnish(staff=STAFF, patients=_patients(Random(17)))  # noqa: S311 - any will do.


def _patients(luck: Random) -> list[Patient]:
    made = [
        a_patient("nobody", home_site=None, sites=()),
        a_patient("gone", active=False),
        a_patient("merged", replaced_by="nobody"),
    ]
    ids = [member.id for member in STAFF]
    for number in range(60):
        sites = tuple(luck.sample(SITES, luck.randint(0, 2)))
        home = luck.choice([None, *SITES])
        team = luck.sample(ids, luck.randint(0, 3))
        active = luck.random() > 1 / 6
        made.append(a_patient(f"patient-{number}", team=team, home_site=home, sites=sites, active=active))
    return made


@pytest.mark.parametrize("by_site", [False, True])
@pytest.mark.parametrize("hidden", [(), ("north",), SITES])
@pytest.mark.parametrize("leavers", [(), ("staff-1", "ada"), tuple(member.id for member in STAFF)])
def test_patients_are_counted_as_their_charts_say(
    house: House,
    by_site: bool,  # noqa: FBT001 - likewise.
    hidden,
    leavers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house.save(settings(by_site=by_site))

    with house.database.look() as work:
        stored = read_snapshot(work, known_practice(work, PRACTICE))
        gone = [replace(stored.staffing.members[staff], active=False) for staff in leavers]
        practice = stored.with_changes(gone, [replace(stored.sites[site], hidden=True) for site in hidden])
        charts = stored_roster(house).patients.values()

        counted, expected = work.coverage.count_patients(practice), count_patients(practice, charts)

        assert counted.attending == {place: many for place, many in expected.attending.items() if many}
        assert work.coverage.any_without_site(practice) == bool(expected.attending.get(None)) or not by_site
        for place in counted.attending:
            assert counted.without_choice[place] == expected.without_choice.get(place, 0)
        for few in (0, len(charts) * len(STAFF)):
            monkeypatch.setattr("adapters.database.repositories.coverage.FEW_CHARTS", few)
            assert work.coverage.care_teams(PRACTICE, leavers) == count_care_teams(leavers, charts)
        staying = {member.id for member in practice.staffing.members.values() if member.active}
        inactive = practice.staffing.members.keys() - staying
        alone = [
            chart for chart in charts
            if chart.takes_messages and {one.staff for one in chart.care_team} & set(leavers)
            and not {one.staff for one in chart.care_team} & staying
        ]  # fmt: skip
        assert work.coverage.leave_without_choice(PRACTICE, leavers, inactive) == bool(alone)


def test_charts_are_counted_once_for_each_version_of_the_roster(house: House) -> None:
    house.save(settings())
    counting: list[str] = []

    @event.listens_for(house.engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "count(anon" in statement:
            counting.append(statement)

    def count() -> int:
        with house.database.look() as work:
            counts = work.coverage.count_patients(read_snapshot(work, known_practice(work, PRACTICE)))
        return counts.attending[None]

    before = count()
    assert (count(), len(counting)) == (before, 1)
    house.bring([], [a_patient("new")])
    counting.clear()
    assert (count(), count(), len(counting)) == (before + 1, before + 1, 1)
