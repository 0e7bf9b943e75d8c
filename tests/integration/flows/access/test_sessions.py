"""What keeps a session, and everything that ends it."""

from datetime import timedelta

import pytest

from router.access.sessions import SessionEnded
from router.access.tokens import digest
from router.actors import COMMAND
from router.errors import NotFound
from tests.house import IDLE, PRACTICE, House
from tests.integration.flows.access.sign_ins import PASSWORD, actions


def test_a_session_ends_when_it_is_not_used_and_lasts_while_it_is(open_house: House) -> None:
    used = open_house.sign_in.sign_in(PRACTICE, "ada", PASSWORD)
    watching = open_house.sign_in.sign_in(PRACTICE, "ada", PASSWORD)

    open_house.clock.by += IDLE - timedelta(minutes=1)
    open_house.sessions.check(used)
    open_house.sessions.check(watching, used=False)
    open_house.clock.by += timedelta(minutes=2)

    open_house.sessions.check(used)
    with pytest.raises(SessionEnded):
        open_house.sessions.check(watching)


def test_a_session_ends_after_a_working_day_however_busy_it_is(open_house: House) -> None:
    token = open_house.sign_in.sign_in(PRACTICE, "ada", PASSWORD)

    for _ in range(6 * 12):
        open_house.sessions.check(token)
        open_house.clock.by += timedelta(minutes=10)

    with pytest.raises(SessionEnded):
        open_house.sessions.check(token)


def test_signing_out_ends_one_session_and_everywhere_ends_all(open_house: House) -> None:
    first, second, third = (open_house.sign_in.sign_in(PRACTICE, "ada", PASSWORD) for _ in range(3))

    open_house.sessions.sign_out(first)
    with pytest.raises(SessionEnded):
        open_house.sessions.check(first)
    assert open_house.sessions.sign_out_everywhere(second) == 2

    for token in (second, third):
        with pytest.raises(SessionEnded):
            open_house.sessions.check(token)
    assert actions(open_house)[:2] == ["sign_in.ended_everywhere", "sign_in.ended"]
    open_house.sessions.sign_out(first)
    assert open_house.sessions.sign_out_everywhere(first) == 0


def test_whoever_leaves_is_signed_out_for_good(open_house: House) -> None:
    token = open_house.sign_in.sign_in(PRACTICE, "ada", PASSWORD)
    open_house.roster.change_staff(PRACTICE, "ada", {"active": False}, COMMAND)

    with pytest.raises(SessionEnded):
        open_house.sessions.check(token)
    open_house.roster.change_staff(PRACTICE, "ada", {"active": True}, COMMAND)

    with pytest.raises(SessionEnded):
        open_house.sessions.check(token)


def test_a_new_password_ends_the_sessions_of_the_old_one(open_house: House) -> None:
    token = open_house.sign_in.sign_in(PRACTICE, "ada", PASSWORD)

    open_house.sign_in.set_password(PRACTICE, "ada", "another long one", COMMAND)

    with pytest.raises(SessionEnded):
        open_house.sessions.check(token)
    assert open_house.sign_in.sign_in(PRACTICE, "ada", "another long one")


def test_what_is_stored_does_not_open_a_session(open_house: House) -> None:
    token = open_house.sign_in.sign_in(PRACTICE, "ada", PASSWORD)

    with open_house.engine.connect() as connection:
        stored = str(connection.exec_driver_sql("select * from session").all())

    assert token not in stored
    with pytest.raises(SessionEnded):
        open_house.sessions.check("unknown")


def test_somebody_lists_their_own_sessions_and_ends_one(open_house: House) -> None:
    open_house.sign_in.set_password(PRACTICE, "ann", PASSWORD, COMMAND)
    foreign = open_house.sign_in.sign_in(PRACTICE, "ann", PASSWORD)
    idle = open_house.sign_in.sign_in(PRACTICE, "ada", PASSWORD)
    open_house.clock.by += IDLE
    other, here = (open_house.sign_in.sign_in(PRACTICE, "ada", PASSWORD) for _ in range(2))

    listed = open_house.sessions.own(here)
    open_house.sessions.end_own(here, digest(other))

    assert {(one.digest, one.here) for one in listed} == {(digest(other), False), (digest(here), True)}
    assert idle not in repr(listed)
    with pytest.raises(SessionEnded):
        open_house.sessions.check(other)
    for not_theirs in (digest(foreign), digest(other), "x"):
        with pytest.raises(NotFound):
            open_house.sessions.end_own(here, not_theirs)
    assert open_house.sessions.own("none") == []
