"""Staff one by one: adding, what hangs on somebody, and ending sessions."""

from dataclasses import replace

import pytest

from router.access.sessions import Holder, SessionEnded
from router.actors import COMMAND
from router.audit import Action
from router.coverage.departures import hanging_in_words
from router.errors import Conflict, Invalid, NotFound
from router.flows.access.sessions import start
from router.practice.people import Role
from router.practice.roster import StaffRecord
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE, House
from tests.integration.flows.administrator.audit import audit_of


def test_somebody_who_is_added_is_there_and_on_record(house: House) -> None:
    house.furnish()

    added = house.staff.add(PRACTICE, StaffRecord("", "Ana Müller", "ana@clinic.example", "Nurse"), COMMAND)

    assert (added.id, added.roles) == ("ana-muller", frozenset({Role.STAFF}))
    assert house.staff.find(PRACTICE, "ana-muller")[0] == added
    assert [row.subject for row in audit_of(house, Action.STAFF_ADDED)] == ["ana-muller"]
    first = house.staff.page(PRACTICE, None, 2)
    assert ([member.id for member in first.members], first.more) == (["ada", "ana-muller"], True)
    rest = house.staff.page(PRACTICE, "ana-muller", 2)
    assert ([member.id for member in rest.members], rest.more) == (["ann", "ben"], False)
    skipped = house.staff.page(PRACTICE, None, 2, skip=1)
    assert ([member.id for member in skipped.members], skipped.more) == (["ana-muller", "ann"], True)


def test_nobody_is_added_twice_or_with_fields_that_are_wrong(house: House) -> None:
    house.furnish()

    with pytest.raises(Conflict) as taken:
        house.staff.add(PRACTICE, StaffRecord("ann", "Another Ann"), COMMAND)
    with pytest.raises(Invalid) as wrong:
        house.staff.add(PRACTICE, StaffRecord("new", "", "no address"), COMMAND)

    assert taken.value.errors[0].field == "id"
    assert [error.field for error in wrong.value.errors] == ["name", "email"]
    assert house.staff.find(PRACTICE, "ann")[0].name == "Ann"
    with pytest.raises(NotFound):
        house.staff.find(PRACTICE, "new")


def test_a_form_that_is_sent_twice_adds_one_person(house: House) -> None:
    """Without an id, which would be another one each time; somebody else of that name can be added with one."""
    house.furnish()
    record = StaffRecord("", "Ana Müller", "ana@clinic.example", "Nurse")
    house.staff.add(PRACTICE, record, COMMAND)

    with pytest.raises(Conflict) as again:
        house.staff.add(PRACTICE, record, COMMAND)

    assert again.value.errors[0].field == "id"
    assert "ana-muller was added already" in again.value.errors[0].message
    assert house.staff.add(PRACTICE, replace(record, id="other"), COMMAND).id == "other"
    assert house.staff.add(PRACTICE, replace(record, title="Physician"), COMMAND).id == "ana-muller-2"


def test_what_hangs_on_somebody_is_said_before_they_leave_and_nothing_changes(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"], Topic.OTHER: ["ann", "ben"]}, catch_all=("ann",)))
    house.write()
    house.route.run()

    departure = house.staff.hanging_on(PRACTICE, "ann")

    assert departure
    *others, held = hanging_in_words(departure)
    assert held.startswith("Has 1 unfinished message: routed again at once")
    assert others == [
        "Recipient of Billing at the practice: the only one, so the catch-all gets it.",
        "Recipient of Other at the practice: the other recipients get it.",
        "Member of the catch-all: the other members get its messages, or else the portal administrators.",
        "On the care team of 1 patient, who can no longer choose them.",
    ]
    assert house.staff.find(PRACTICE, "ann")[0].active
    assert len(house.inbox("ann").items) == 1


def test_who_has_left_has_nothing_hanging_on_them(house: House) -> None:
    house.furnish()
    house.roster.change_staff(PRACTICE, "ann", {"active": False}, COMMAND)

    assert house.staff.hanging_on(PRACTICE, "ann") is None
    with pytest.raises(NotFound):
        house.staff.hanging_on(PRACTICE, "ghost")


def test_sessions_of_one_person_are_ended(house: House) -> None:
    house.furnish()
    with house.database.begin() as work:
        hers = start(work, house.sign_in.ids, Holder(PRACTICE, staff="ann"))
        his = start(work, house.sign_in.ids, Holder(PRACTICE, staff="ben"))
        work.commit()

    assert house.staff.end_sessions(PRACTICE, "ann", COMMAND) == 1

    with pytest.raises(SessionEnded):
        house.sessions.check(hers)
    assert house.sessions.check(his).name == "Ben"
    with pytest.raises(NotFound):
        house.staff.end_sessions(PRACTICE, "ghost", COMMAND)
