"""Whoever changes a practice by a page still administers the portal when their turn comes."""

from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, Thread
from uuid import uuid4

import pytest

from router.actors import COMMAND, Actor, ActorKind
from router.errors import Forbidden, Invalid
from router.practice.people import Role
from router.practice.roster import StaffRecord
from router.practice.writing_stop import WritingChange
from tests.builders import a_staff, settings
from tests.house import PRACTICE, STAFF, House

ADA, EVE, ANN = (Actor(ActorKind.STAFF, staff) for staff in ("ada", "eve", "ann"))
GONE = {"active": False}
DEMOTED = {"roles": frozenset({Role.STAFF})}

STOP = WritingChange(may_write=False, reason="Calls instead.", words="Please call us.")

Act = Callable[[House, Actor], object]
ACTS: dict[str, Act] = {
    "change": lambda house, by: house.roster.change_staff(PRACTICE, "ben", {"title": "Nurse"}, by),
    "add": lambda house, by: house.staff.add(PRACTICE, StaffRecord("", "Cleo"), by),
    "end sessions": lambda house, by: house.staff.end_sessions(PRACTICE, "ben", by),
    "end an absence": lambda house, by: house.roster.end_absence(PRACTICE, "ben", by),
    "save": lambda house, by: house.messaging.save(PRACTICE, settings(catch_all=("ann",)), None, by),
    "restore": lambda house, by: house.messaging.restore(PRACTICE, 1, by),
    "stop": lambda house, by: house.patients.change_writing(PRACTICE, "sam", STOP, by),
}


@pytest.fixture
def clinic(house: House) -> House:
    """Ada and eve administer the portal."""
    return house.furnish(staff=[*STAFF, a_staff("eve", admin=True)])


def _administrators(house: House) -> tuple[str, ...]:
    return house.messaging.known(PRACTICE)[0].administrators()


@pytest.mark.parametrize("fields", [GONE, DEMOTED], ids=["left", "demoted"])
def test_two_who_take_each_others_role_leave_one_administrator(clinic: House, fields: dict[str, object]) -> None:
    clinic.roster.change_staff(PRACTICE, "eve", fields, ADA)
    # Her page was let through before that.
    with pytest.raises(Forbidden):
        clinic.roster.change_staff(PRACTICE, "ada", fields, EVE)

    assert _administrators(clinic) == ("ada",)


def test_so_do_two_at_the_same_moment(clinic: House) -> None:
    both = Barrier(2)

    def demote(staff: str, by: Actor) -> None:
        both.wait()
        with suppress(Forbidden):
            clinic.roster.change_staff(PRACTICE, staff, GONE, by)

    threads = [Thread(target=demote, args=args) for args in (("eve", ADA), ("ada", EVE))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(_administrators(clinic)) == 1


@pytest.mark.parametrize("fields", [GONE, DEMOTED], ids=["leave", "give up the role"])
def test_nobody_gives_up_their_own_role(clinic: House, fields: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        clinic.roster.change_staff(PRACTICE, "ada", fields, ADA)

    assert [error.field for error in refused.value.errors] == ["roles"]
    assert _administrators(clinic) == ("ada", "eve")


@pytest.mark.parametrize("act", list(ACTS))
@pytest.mark.parametrize("fields", [GONE, DEMOTED], ids=["left", "demoted"])
def test_what_an_administrator_changes_is_refused_once_they_are_none(
    clinic: House, act: str, fields: dict[str, object]
) -> None:
    clinic.send_away("ben", "ann")
    clinic.roster.change_staff(PRACTICE, "eve", fields, ADA)

    with pytest.raises(Forbidden):
        ACTS[act](clinic, EVE)

    ACTS[act](clinic, ADA)


def test_own_absences_are_ones_own_and_others_are_the_administrators(clinic: House) -> None:
    clinic.send_away("ann", "ben")
    with pytest.raises(Forbidden):
        clinic.roster.end_absence(PRACTICE, "ann", Actor(ActorKind.STAFF, "ben"))
    assert "ann" in clinic.messaging.known(PRACTICE)[0].absences

    clinic.roster.end_absence(PRACTICE, "ann", ANN)
    clinic.send_away("ann", "ben")
    clinic.roster.end_absence(PRACTICE, "ann", ADA)

    assert "ann" not in clinic.messaging.known(PRACTICE)[0].absences


def test_who_has_left_doesnt_end_their_absence(clinic: House) -> None:
    clinic.send_away("ann", "ben")
    clinic.roster.change_staff(PRACTICE, "ann", GONE, ADA)

    with pytest.raises(Forbidden):
        clinic.roster.end_absence(PRACTICE, "ann", ANN)


@pytest.mark.parametrize("by", [COMMAND, Actor(ActorKind.KEY, str(uuid4()))], ids=["command", "key"])
def test_commands_and_keys_have_no_role_to_lose(clinic: House, by: Actor) -> None:
    """Operators and the systems that bring the roster decide who administers the portal."""
    for staff in ("ada", "eve"):
        clinic.roster.change_staff(PRACTICE, staff, DEMOTED, by)

    assert _administrators(clinic) == ()
