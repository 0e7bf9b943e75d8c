"""Large rosters beside everybody else: planned against a version, written first, switched to at the end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import Connection, event, text

from adapters.database.engine import make_engine
from router.actors import COMMAND
from router.errors import GuardedReplace
from router.flows.administrator.roster_import import Imported, RosterImport
from router.practice.people import CareTeamMember
from router.practice.roster import Mode
from router.practice.topics import Topic
from tests.builders import a_document, a_patient, a_staff, settings
from tests.house import PRACTICE, STAFF, House
from tests.rosters import stored_roster
from tests.rows import rows_fetched

PATIENTS = [a_patient(f"patient-{number}", team=["ann", "ben"]) for number in range(30)]


def bring(house: House, patients=PATIENTS, staff=STAFF) -> Imported:
    document = a_document(staff, patients)
    return house.roster.bring_up_to_date(PRACTICE, RosterImport(document=document, mode=Mode.REPLACE), COMMAND)


@dataclass
class Interruption:
    """Does something once, just before a statement that begins so."""

    beginning: str
    act: Callable[[], object]
    done: list[object] = field(default_factory=list)

    def __call__(self, _connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(self.beginning) and not self.done:
            self.done.append(statement)
            self.act()


@contextmanager
def interrupted(house: House, beginning: str, act: Callable[[], object]) -> Iterator[None]:
    """Somebody else acts in the middle of what is done meanwhile."""
    interruption = Interruption(beginning, act)
    event.listen(house.engine, "before_cursor_execute", interruption)
    yield
    event.remove(house.engine, "before_cursor_execute", interruption)
    assert interruption.done


@pytest.fixture
def on_postgresql(migrated_postgres_url: str) -> Iterator[House]:
    """On SQLite all writers take turns."""
    engine = make_engine(migrated_postgres_url)
    yield House(engine).furnish(settings({Topic.BILLING: ["ann"]}), patients=PATIENTS)
    engine.dispose()


def test_while_patients_are_written_others_are_routed_and_see_the_roster_as_it_was(on_postgresql: House) -> None:
    house = on_postgresql
    seen: list[object] = []

    def look() -> None:
        receipt = house.write(house.draft(patient="patient-0"))
        house.route.run()
        seen.append(house.states(receipt))
        with house.database.look() as work:
            seen.append(work.roster.patients(PRACTICE, ["patient-0"])["patient-0"].name)

    known = [a_patient(patient.id, name="New Name", team=["ann"], home_site="south") for patient in PATIENTS[:-1]]
    with interrupted(house, "INSERT INTO care_team_member", look):
        bring(house, [*known, a_patient("new", team=["ben"])], [*STAFF, a_staff("cleo")])

    assert seen == [["delivered"], "Pat Doe"]
    found = stored_roster(house)
    assert found.patients["patient-0"].name == "New Name"
    assert found.patients["patient-0"].care_team == (CareTeamMember("ann", "Physician"),)
    assert (found.patients["new"].active, found.patients[PATIENTS[-1].id].active) == (True, False)
    assert "cleo" in found.staff
    assert house.breaches() == {}


@pytest.mark.parametrize("moment", ["SELECT pg_advisory", "INSERT INTO patient ", "UPDATE practice"])
def test_what_somebody_else_changes_meanwhile_is_planned_with(on_postgresql: House, moment: str) -> None:
    """The title that was given meanwhile goes with the document, as if that had come afterwards."""
    house = on_postgresql

    def rename() -> None:
        house.roster.change_staff(PRACTICE, "ann", {"title": "RN"}, COMMAND)

    with interrupted(house, moment, rename):
        done = bring(house, [a_patient(patient.id, name="New Name") for patient in PATIENTS])

    assert [member.id for member in done.change.staff.updated] == ["ann"]
    assert house.messaging.known(PRACTICE)[0].members["ann"].title is None
    actions = [row.action for row in house.operations.audit(PRACTICE, None, 2)]
    assert actions == ["roster.changed", "staff.changed"]


def test_a_practice_that_keeps_changing_is_locked_at_last(on_postgresql: House) -> None:
    house = on_postgresql
    titles = iter(range(100))

    def keep_changing(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO patient "):
            with house.engine.connect() as another:
                another.execute(text("set lock_timeout = '10ms'"))
                try:
                    counted = text("update practice set roster_version = roster_version + 1 where id = 'clinic'")
                    another.execute(counted)
                    another.commit()
                    next(titles)
                except Exception:  # noqa: BLE001 - the practice is locked now.
                    another.rollback()

    event.listen(house.engine, "before_cursor_execute", keep_changing)
    bring(house, [a_patient(patient.id, name="New Name") for patient in PATIENTS])
    event.remove(house.engine, "before_cursor_execute", keep_changing)

    assert next(titles) == 3
    with house.database.look() as work:
        assert work.roster.patients(PRACTICE, ["patient-7"])["patient-7"].name == "New Name"


def test_only_rows_that_differ_are_written(house: House) -> None:
    """An import that changes ten patients writes ten rows, and of a changed team those lines that changed."""
    house.furnish(patients=PATIENTS)
    written: list[tuple[str, object]] = []

    def note(_connection: Connection, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        words = statement.split()
        if words[0] in {"INSERT", "DELETE", "UPDATE"}:
            written.append((f"{words[0]} {words[2]}", parameters))

    event.listen(house.engine, "before_cursor_execute", note)
    changed = [a_patient(patient.id, name="New Name", team=["ann", "ben"]) for patient in PATIENTS[:9]]
    bring(house, [*changed, a_patient(PATIENTS[9].id, team=["ann"]), *PATIENTS[10:]])
    event.remove(house.engine, "before_cursor_execute", note)

    names = [name for name, _ in written if name.split()[1] in {"patient", "care_team_member", "patient_site"}]
    assert names == ["INSERT patient", "DELETE care_team_member"]
    assert str(written[0][1]).count("new name patient-") == 9
    assert str(written[1][1]).count("patient-") == 1


def test_a_change_of_staff_reads_no_chart(house: House) -> None:
    """Neither a title nor somebody who leaves with nobody depending on them, and no absence."""
    house.furnish(settings({Topic.BILLING: ["ann", "ben"]}, catch_all=("ada",)), patients=PATIENTS)
    statements: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(house.engine, "before_cursor_execute", note)
    house.roster.change_staff(PRACTICE, "ann", {"title": "RN"}, COMMAND)
    house.send_away("ben", "ada")
    titles = [
        statement
        for statement in statements
        if "patient" in statement and "FROM message" not in statement and "UPDATE message" not in statement
    ]
    house.roster.change_staff(PRACTICE, "ann", {"active": False}, COMMAND)
    event.remove(house.engine, "before_cursor_execute", note)

    assert [statement for statement in titles if "FROM patient" in statement or "care_team_member" in statement] == []
    assert not any("birth_date" in one or "patient_site" in one for one in statements)


def test_a_merge_reads_the_charts_that_it_is_about_and_counts_the_others(house: House) -> None:
    """Every chart of the practice was read for one: in a large one, minutes and a gigabyte."""
    house.furnish(settings({Topic.BILLING: []}), patients=PATIENTS)
    house.bring(
        [], [replace(PATIENTS[1], replaced_by=PATIENTS[2].id), replace(PATIENTS[2], replaced_by=PATIENTS[3].id)]
    )
    document = a_document(
        [a_staff("ann", active=False)],
        [a_patient("alone", team=["ann"]), replace(PATIENTS[0], replaced_by=PATIENTS[1].id)],
    )

    with rows_fetched(house.engine) as rows:
        dry = house.roster.bring_up_to_date(PRACTICE, RosterImport(document=document, dry_run=True), COMMAND)
    done = house.roster.bring_up_to_date(PRACTICE, RosterImport(document=document), COMMAND)

    assert max(rows) < len(PATIENTS)
    assert dry.impact.gaps == done.impact.gaps
    assert [departure.care_teams for departure in done.impact.departures] == [len(PATIENTS) + 1]
    assert {gap.patients_without_choice for gap in done.impact.gaps if gap.patients_without_choice} == {1}
    assert [link.id for link in done.links] == [PATIENTS[0].id]


def test_a_replace_reads_those_whom_it_does_not_name_some_at_a_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short document read every chart of the practice at once, only to be refused."""
    monkeypatch.setattr("router.flows.administrator.absent_patients.SLICE", 5)
    house.furnish(settings({Topic.BILLING: []}), patients=[*PATIENTS, a_patient("gone", active=False)])
    few = a_document([a_staff("ada", admin=True)], PATIENTS[:1])
    request = RosterImport(document=few, mode=Mode.REPLACE)

    with rows_fetched(house.engine) as rows, pytest.raises(GuardedReplace) as refused:
        house.roster.bring_up_to_date(PRACTICE, request, COMMAND)
    with rows_fetched(house.engine) as rows_of_all:
        dry = house.roster.bring_up_to_date(PRACTICE, replace(request, allow_deactivate=True, dry_run=True), COMMAND)
        done = house.roster.bring_up_to_date(PRACTICE, replace(request, allow_deactivate=True), COMMAND)

    # The care teams of five patients have ten lines.
    assert max(rows) <= 10
    assert max(rows_of_all) <= 10
    assert [error.message for error in refused.value.errors] == ["would deactivate 2 of 3", "would deactivate 29 of 30"]
    assert dry.absent == done.absent == len(PATIENTS) - 1
    assert dry.impact.gaps == done.impact.gaps
    assert [one.care_teams for one in done.impact.departures] == [one.care_teams for one in dry.impact.departures]
    assert [key for key, chart in stored_roster(house).patients.items() if chart.active] == ["patient-0"]
    (entry,) = house.operations.audit(PRACTICE, None, 1)
    assert entry.details["patients"] == len(PATIENTS) - 1
