"""Signing in, staying signed in, and everything that ends it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from router.access.sessions import OperatorSession, SessionEnded, StaffSession
from router.access.sign_ins import SignInRefused, TooManyTries
from router.actors import COMMAND
from router.errors import Conflict, Invalid, NotFound
from tests.house import IDLE, PRACTICE, House

PASSWORD = "correct horse battery"


@pytest.fixture
def open_house(house: House) -> House:
    """A practice in which ada can sign in."""
    house.furnish()
    house.sign_in.set_password(PRACTICE, "ada", PASSWORD, COMMAND)
    return house


def actions(house: House, practice: str = PRACTICE) -> list[str]:
    return [row.action for row in house.operations.audit(practice, None, 10)]


def test_the_right_password_opens_a_session_that_is_on_record(open_house: House) -> None:
    token = open_house.sign_in.sign_in(PRACTICE, "ada", PASSWORD)

    signed_in = open_house.sessions.check(token)

    assert isinstance(signed_in, StaffSession)
    assert (signed_in.practice.id, signed_in.staff.id, signed_in.actor.id) == (PRACTICE, "ada", "ada")
    assert actions(open_house)[0] == "sign_in.done"


@pytest.mark.parametrize(
    ("practice", "person"), [(PRACTICE, "ada"), (PRACTICE, "ann"), (PRACTICE, "nobody"), ("nowhere", "ada"), ("", "x")]
)
def test_wrong_passwords_and_unknown_people_hear_the_same(open_house: House, practice, person) -> None:
    with pytest.raises(SignInRefused) as refused:
        open_house.sign_in.sign_in(practice, person, "wrong")

    assert refused.value.detail == "Practice, name or password is not right."
    recorded = open_house.operations.audit(practice if practice == PRACTICE else "", None, 1)[0]
    assert recorded.action == "sign_in.refused"
    assert recorded.subject == ("ada" if (practice, person) == (PRACTICE, "ada") else "unknown")


@pytest.mark.parametrize("person", ["ada", "nobody"])
def test_after_repeated_failures_even_the_right_password_must_wait(open_house: House, person) -> None:
    for _ in range(10):
        with pytest.raises(SignInRefused):
            open_house.sign_in.sign_in(PRACTICE, person, "wrong")
        open_house.clock.by += timedelta(minutes=3)
    open_house.clock.by -= timedelta(minutes=3)

    with pytest.raises(TooManyTries, match="15 minutes"):
        open_house.sign_in.sign_in(PRACTICE, person, PASSWORD)


def test_after_the_wait_the_right_password_works_and_the_failures_are_forgotten(open_house: House) -> None:
    for _ in range(3):
        with pytest.raises(SignInRefused):
            open_house.sign_in.sign_in(PRACTICE, "ada", "wrong")
    with pytest.raises(TooManyTries):
        open_house.sign_in.sign_in(PRACTICE, "ada", PASSWORD)
    open_house.clock.by += timedelta(seconds=5)

    assert open_house.sign_in.sign_in(PRACTICE, "ada", PASSWORD)

    with pytest.raises(SignInRefused):
        open_house.sign_in.sign_in(PRACTICE, "ada", "wrong")


def test_tries_at_the_same_time_are_counted_one_by_one(open_house: House) -> None:
    def attempt(_: int) -> type[Exception]:
        with pytest.raises((SignInRefused, TooManyTries)) as refused:
            open_house.sign_in.sign_in(PRACTICE, "ada", "wrong")
        return refused.type

    with ThreadPoolExecutor(8) as pool:
        heard = list(pool.map(attempt, range(8)))

    assert heard.count(SignInRefused) == 3


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


def test_somebody_who_has_left_can_not_sign_in(open_house: House) -> None:
    open_house.roster.change_staff(PRACTICE, "ada", {"active": False}, COMMAND)

    with pytest.raises(SignInRefused):
        open_house.sign_in.sign_in(PRACTICE, "ada", PASSWORD)


def test_a_new_password_ends_the_sessions_of_the_old_one(open_house: House) -> None:
    token = open_house.sign_in.sign_in(PRACTICE, "ada", PASSWORD)

    open_house.sign_in.set_password(PRACTICE, "ada", "another long one", COMMAND)

    with pytest.raises(SessionEnded):
        open_house.sessions.check(token)
    assert open_house.sign_in.sign_in(PRACTICE, "ada", "another long one")


def test_an_operator_signs_in_without_a_practice(house: House) -> None:
    house.sign_in.create_operator(" Olga ", PASSWORD, COMMAND)

    signed_in = house.sessions.check(house.sign_in.sign_in("", "Olga", PASSWORD))

    assert signed_in == OperatorSession("Olga")
    assert actions(house, "") == ["sign_in.done", "operator.created"]
    with pytest.raises(Conflict):
        house.sign_in.create_operator("Olga", PASSWORD, COMMAND)


def test_an_operators_new_password_ends_the_sessions_of_the_old_one(house: House) -> None:
    house.sign_in.create_operator("Olga", PASSWORD, COMMAND)
    token = house.sign_in.sign_in("", "Olga", PASSWORD)

    house.sign_in.set_operator_password(" Olga ", "another horse battery", COMMAND)

    with pytest.raises(SessionEnded):
        house.sessions.check(token)
    assert house.sign_in.sign_in("", "Olga", "another horse battery")
    with pytest.raises(NotFound):
        house.sign_in.set_operator_password("oleg", PASSWORD, COMMAND)


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 201])
def test_passwords_have_a_length(open_house: House, password) -> None:
    with pytest.raises(Invalid):
        open_house.sign_in.set_password(PRACTICE, "ada", password, COMMAND)
    with pytest.raises(Invalid):
        open_house.sign_in.create_operator("olga", password, COMMAND)


@pytest.mark.parametrize(("practice", "staff"), [(PRACTICE, "nobody"), ("nowhere", "ada")])
def test_a_password_needs_somebody(open_house: House, practice, staff) -> None:
    with pytest.raises(NotFound):
        open_house.sign_in.set_password(practice, staff, PASSWORD, COMMAND)


def test_an_operator_needs_a_name(house: House) -> None:
    with pytest.raises(Invalid):
        house.sign_in.create_operator(" ", PASSWORD, COMMAND)


def test_what_is_stored_does_not_open_a_session(open_house: House) -> None:
    token = open_house.sign_in.sign_in(PRACTICE, "ada", PASSWORD)

    with open_house.engine.connect() as connection:
        stored = str(connection.exec_driver_sql("select * from session").all())

    assert token not in stored
    with pytest.raises(SessionEnded):
        open_house.sessions.check("unknown")
