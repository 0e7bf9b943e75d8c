"""Practices, rosters and absences on a real database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from router.actors import COMMAND
from router.errors import Conflict, GuardedReplace, Invalid, NotFound
from router.flows.administrator.roster_import import Imported, RosterImport
from router.practice.availability import Absence
from router.practice.people import AuthorizedUser, Patient, Permission, Role
from router.practice.roster import Mode, RosterDocument
from tests.builders import NOON, a_document, a_patient, a_staff
from tests.house import PATIENTS, PRACTICE, STAFF, House

DAUGHTER = AuthorizedUser("daughter", "Dora Doe", "dora@home.example", notify=True, permissions=frozenset(Permission))


def bring(house: House, document: RosterDocument, mode: Mode = Mode.MERGE, **options: bool) -> Imported:
    return house.roster.bring_up_to_date(PRACTICE, RosterImport(document=document, mode=mode, **options), COMMAND)


def stored(house: House, patient: str) -> Patient:
    with house.database.look() as work:
        return work.roster.patients(PRACTICE, [patient])[patient]


def test_a_new_practice_has_messaging_off_and_every_topic_on(house: House) -> None:
    house.roster.create_practice(PRACTICE, "Clinic", "Europe/Paris", COMMAND)

    settings = house.messaging.read(PRACTICE, COMMAND).messaging

    assert [practice.id for practice in house.roster.practices()] == [PRACTICE]
    assert (settings.version, settings.messaging_enabled, settings.by_site) == (
        0,
        False,
        False,
    )
    assert all(topic.enabled and not topic.recipients for topic in settings.practice.topics.values())


def test_a_practice_id_is_taken_once(house: House) -> None:
    house.furnish()

    with pytest.raises(Conflict):
        house.roster.create_practice(PRACTICE, "Clinic", "UTC", COMMAND)


def test_a_practice_needs_sensible_fields(house: House) -> None:
    with pytest.raises(Invalid) as refused:
        house.roster.create_practice("", "\x00", "Mars/Base", COMMAND)

    assert [error.field for error in refused.value.errors] == ["id", "name", "time_zone"]
    assert house.roster.practices() == []


def test_everything_of_a_patient_comes_back_as_it_was_sent(house: House) -> None:
    sent = a_patient(
        "rich", team=["ben", "ann"], birth_date=NOON.date(), record_number="MRN 1", email="r@home.example", notify=True,
        home_site="south", sites=("south", "north"), authorized_users=(DAUGHTER,),
    )  # fmt: skip
    house.furnish(patients=[sent])

    assert stored(house, "rich") == sent


def test_importing_twice_changes_nothing(house: House) -> None:
    house.furnish(patients=[a_patient("rich", team=["ben"], authorized_users=(DAUGHTER,))])
    before = house.operations.audit(PRACTICE, None, 1)

    again = bring(
        house,
        a_document(STAFF, [a_patient("rich", team=["ben"], authorized_users=(DAUGHTER,))]),
    )

    assert not again.change.changes_anything
    assert house.operations.audit(PRACTICE, None, 1) == before


def test_a_dry_run_says_what_would_happen_and_stores_nothing(house: House) -> None:
    house.furnish()

    said = bring(house, a_document([a_staff("new")]), dry_run=True)

    assert [member.id for member in said.change.staff.created] == ["new"]
    assert "new" not in house.messaging.known(PRACTICE)[0].members


def test_what_a_source_can_not_know_is_kept(house: House) -> None:
    house.furnish(patients=[a_patient("pat", notify=True, authorized_users=(DAUGHTER,))])

    bring(
        house,
        replace(
            a_document([], [a_patient("pat", name="New Name")]),
            keeps=("authorized_users", "notify"),
        ),
    )

    assert (stored(house, "pat").name, stored(house, "pat").authorized_users) == (
        "New Name",
        (DAUGHTER,),
    )


def test_an_authorized_user_who_is_left_out_is_gone_and_can_come_back(house: House) -> None:
    house.furnish(patients=[a_patient("pat", authorized_users=(DAUGHTER,))])
    bring(house, a_document([], [a_patient("pat")]))
    assert stored(house, "pat").authorized_users == ()

    bring(house, a_document([], [a_patient("pat", authorized_users=(DAUGHTER,))]))

    assert stored(house, "pat").authorized_users == (DAUGHTER,)


def test_a_document_with_one_mistake_stores_nothing(house: House) -> None:
    house.furnish()

    with pytest.raises(Invalid) as refused:
        bring(house, a_document([a_staff("new")], [a_patient("lost", team=["ghost"])]))

    assert [error.field for error in refused.value.errors] == ["patients.0.care_team.0.staff"]
    assert "new" not in house.messaging.known(PRACTICE)[0].members


def test_a_replace_that_would_empty_the_practice_is_refused_and_can_be_insisted_on(
    house: House,
) -> None:
    house.furnish()

    with pytest.raises(GuardedReplace):
        bring(house, RosterDocument(), Mode.REPLACE)
    done = bring(house, RosterDocument(), Mode.REPLACE, allow_deactivate=True)

    assert len(done.change.staff.deactivated) == len(STAFF)
    assert done.absent == len(PATIENTS)
    staffing, sites = house.messaging.known(PRACTICE)
    assert not any(member.active for member in staffing.members.values())
    assert {site.id: site.hidden for site in sites.values()} == {
        "north": True,
        "south": True,
    }


def test_an_unknown_practice_is_told_everywhere(house: House) -> None:
    for attempt in (
        lambda: bring(house, RosterDocument()),
        lambda: house.roster.change_staff(PRACTICE, "ann", {}, COMMAND),
        lambda: house.messaging.read(PRACTICE, COMMAND),
        lambda: house.accept.form(PRACTICE, "pat", None, None, COMMAND),
        lambda: house.inbox("ann"),
    ):
        with pytest.raises(NotFound) as refused:
            attempt()
        assert refused.value.errors[0].field == "practice"


def test_one_member_of_staff_can_be_changed(house: House) -> None:
    house.furnish()

    changed = house.roster.change_staff(PRACTICE, "ann", {"roles": frozenset(Role), "title": "RN"}, COMMAND).staff

    assert changed == house.messaging.known(PRACTICE)[0].members["ann"]
    assert (changed.title, changed.administers) == ("RN", True)
    assert house.roster.change_staff(PRACTICE, "ann", {"title": "RN"}, COMMAND).staff == changed
    assert [row.action for row in house.operations.audit(PRACTICE, None, 2)] == [
        "staff.changed",
        "settings.saved",
    ]
    with pytest.raises(NotFound):
        house.roster.change_staff(PRACTICE, "ghost", {"title": "RN"}, COMMAND)
    with pytest.raises(Invalid) as refused:
        house.roster.change_staff(PRACTICE, "ann", {"email": "nowhere"}, COMMAND)
    assert refused.value.errors[0].field == "email"


@pytest.mark.parametrize(
    ("absence", "field"),
    [
        (Absence("ann", NOON, NOON, None), "until"),
        (Absence("ann", NOON, NOON + timedelta(hours=1), "ann"), "cover"),
        (Absence("ann", NOON, NOON + timedelta(hours=1), "ghost"), "cover"),
        (Absence("ann", NOON, NOON + timedelta(hours=1), "left"), "cover"),
    ],
)
def test_an_absence_that_can_not_be_is_refused_with_the_field(house: House, absence, field) -> None:
    house.furnish(staff=[*STAFF, a_staff("left", active=False)])

    with pytest.raises(Invalid) as refused:
        house.roster.set_absence(PRACTICE, absence, COMMAND)

    assert refused.value.errors[0].field == field
    assert house.messaging.known(PRACTICE)[0].absences == {}


def test_covers_that_would_go_in_a_circle_are_refused_while_covers_that_take_turns_are_not(house: House) -> None:
    house.furnish()
    hour = timedelta(hours=1)
    house.roster.set_absence(PRACTICE, Absence("ann", NOON, NOON + 8 * hour, "ben"), COMMAND)
    house.roster.set_absence(PRACTICE, Absence("ben", NOON + 2 * hour, NOON + 4 * hour, "ada"), COMMAND)

    for begins, ends in ((NOON, NOON + 8 * hour), (NOON + 3 * hour, NOON + 9 * hour)):
        with pytest.raises(Invalid) as refused:
            house.roster.set_absence(PRACTICE, Absence("ada", begins, ends, "ann"), COMMAND)
        assert [error.field for error in refused.value.errors] == ["cover"]

    house.roster.set_absence(PRACTICE, Absence("ada", NOON + 4 * hour, NOON + 9 * hour, "ann"), COMMAND)
    assert house.messaging.known(PRACTICE)[0].absences["ada"].cover == "ann"


def test_one_absence_a_person_put_replaces_it_and_it_can_be_ended(house: House) -> None:
    house.furnish()
    for cover in ("ben", "ada"):
        house.send_away("ann", cover)
    assert house.messaging.known(PRACTICE)[0].absences["ann"].cover == "ada"

    house.roster.end_absence(PRACTICE, "ann", COMMAND)

    assert house.messaging.known(PRACTICE)[0].absences == {}
    with pytest.raises(NotFound):
        house.roster.end_absence(PRACTICE, "ann", COMMAND)
    with pytest.raises(NotFound):
        house.roster.set_absence(PRACTICE, Absence("ghost", NOON, NOON + timedelta(hours=1)), COMMAND)


def test_a_large_roster_takes_as_many_statements_as_a_small_one(house: House) -> None:
    house.furnish()
    # The settings are read by the first change alone.
    bring(house, a_document([a_staff("new")]))
    counts = []
    for size in (20, 200):
        staff = [a_staff(f"s{size}-{number}") for number in range(size)]
        patients = [a_patient(f"p{size}-{number}", team=[staff[number].id]) for number in range(size)]
        with counted(house) as statements:
            bring(house, a_document(staff, patients))
        counts.append(len(statements))

    assert counts[0] == counts[1]


@contextmanager
def counted(house: House) -> Iterator[list[str]]:
    """Every statement that is executed meanwhile."""
    statements: list[str] = []

    def note(_connection, _cursor, statement, _parameters, _context, _many) -> None:
        statements.append(statement)

    event.listen(house.engine, "before_cursor_execute", note)
    yield statements
    event.remove(house.engine, "before_cursor_execute", note)
