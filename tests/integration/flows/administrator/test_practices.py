"""Renaming a practice, moving it to another time zone, and deleting it."""

import pytest

from adapters.database.repositories.practices import PracticeRepository
from router.actors import COMMAND, Scope
from router.audit import Action
from router.errors import Conflict, Invalid, NotFound, Unauthenticated
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE, House
from tests.integration.flows.administrator.audit import audit_of


def test_name_and_time_zone_change_and_the_rest_stays(house: House) -> None:
    house.furnish()

    house.practices.rename(PRACTICE, " Willow Creek ", COMMAND)
    house.practices.move(PRACTICE, "Europe/Paris", COMMAND)

    practice = house.reports.snapshot(PRACTICE).practice
    assert (practice.name, practice.time_zone) == ("Willow Creek", "Europe/Paris")
    assert house.reports.snapshot(PRACTICE).staffing.is_active("ann")
    assert len(audit_of(house, Action.PRACTICE_CHANGED)) == 2


def test_what_can_not_be_is_refused(house: House) -> None:
    house.furnish()

    with pytest.raises(Invalid):
        house.practices.rename(PRACTICE, "", COMMAND)
    with pytest.raises(Invalid):
        house.practices.move(PRACTICE, "Mars/Olympus", COMMAND)
    for change in (house.practices.rename, house.practices.move):
        with pytest.raises(NotFound):
            change("nowhere", "UTC", COMMAND)
    with pytest.raises(NotFound):
        house.practices.delete("nowhere", COMMAND)


def test_a_practice_without_messages_is_deleted_with_its_people_and_keys(house: House) -> None:
    house.furnish()
    house.furnish(practice="elsewhere")
    house.invitations.send(PRACTICE, "ann", COMMAND)
    house.sign_in.set_password(PRACTICE, "ann", "correct horse battery", COMMAND)
    _, key = house.keys.create(PRACTICE, list(Scope), COMMAND)

    house.practices.delete(PRACTICE, COMMAND)

    assert [practice.id for practice in house.roster.practices()] == ["elsewhere"]
    with pytest.raises(Unauthenticated):
        house.keys.check(key, Scope.PORTAL)
    with pytest.raises(NotFound):
        house.staff.page(PRACTICE, None, 10)
    with pytest.raises(Conflict):
        house.roster.create_practice(PRACTICE, "Again", "UTC", COMMAND)
    assert house.staff.page("elsewhere", None, 10).members
    assert len(audit_of(house, Action.PRACTICE_DELETED)) == 1
    assert house.breaches() == {}


def test_a_practice_with_messages_is_kept(house: House) -> None:
    house.furnish()
    house.write()

    with pytest.raises(Conflict):
        house.practices.delete(PRACTICE, COMMAND)

    assert house.staff.page(PRACTICE, None, 10).members


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_practice_that_is_written_to_while_it_is_deleted_is_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]}))
    asked = PracticeRepository.has_messages

    def has_messages(repository: PracticeRepository, practice: str) -> bool:
        found = asked(repository, practice)
        house.write()
        return found

    monkeypatch.setattr(PracticeRepository, "has_messages", has_messages)
    with pytest.raises(Conflict):
        house.practices.delete(PRACTICE, COMMAND)

    house.route.run()
    assert len(house.inbox("ann").items) == 1
    assert house.breaches() == {}
