"""Signing in, staying signed in, and everything that ends it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from adapters.database.tables import password_link
from router.access.sessions import OperatorSession, SessionEnded, StaffSession
from router.access.sign_ins import DEVICE_LIFE, Browser, Device, SignInRefused, TooManyTries
from router.access.tokens import digest
from router.actors import COMMAND
from router.errors import Conflict, Invalid, NotFound
from tests.fakes import PlainPasswords
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

    assert refused.value.detail == "The practice, name or password is wrong."
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


def from_browser(house: House, token: str = "", password: str = PASSWORD, session: str = "") -> Browser:
    """Sign in from the browser whose cookie holds this token; returns it with its session."""
    browser = Browser(house.sign_in.device(token, PRACTICE, "ada"), session)
    return replace(browser, session=house.sign_in.sign_in(PRACTICE, "ada", password, browser))


def fail(house: House, times: int, browser: Browser | None = None) -> None:
    """Try wrong passwords, each after the wait."""
    for _ in range(times):
        with pytest.raises(SignInRefused):
            house.sign_in.sign_in(PRACTICE, "ada", "wrong", browser)
        house.clock.by += timedelta(minutes=16)
    house.clock.by -= timedelta(minutes=16)


def test_tries_elsewhere_lock_nobody_out_of_a_browser_that_they_have_signed_in_from(open_house: House) -> None:
    known = from_browser(open_house)
    fail(open_house, 10)
    with pytest.raises(TooManyTries):
        from_browser(open_house)

    assert from_browser(open_house, known.device.token).device == Device(known.device.token, knows_person=True)

    # Nor does the right password from there give whoever tries elsewhere a fresh start.
    with pytest.raises(TooManyTries):
        from_browser(open_house)


def test_a_known_browser_is_limited_by_itself(open_house: House) -> None:
    known = from_browser(open_house).device.token
    device = open_house.sign_in.device(known, PRACTICE, "ada")

    fail(open_house, 10, Browser(device))

    with pytest.raises(TooManyTries, match="15 minutes"):
        from_browser(open_house, known)
    assert from_browser(open_house).device.token != known


def test_a_browser_knows_only_who_has_signed_in_from_it(open_house: House) -> None:
    known = from_browser(open_house).device.token

    other = open_house.sign_in.device(known, PRACTICE, "ann")
    planted = open_house.sign_in.device("planted", PRACTICE, "ada")

    # A browser that colleagues share goes on being one; what nobody has signed in from becomes another.
    assert other == Device(known, knows_person=False)
    assert (planted.token != "planted", planted.knows_person) == (True, False)
    open_house.clock.by += DEVICE_LIFE + timedelta(days=1)
    from_browser(open_house)
    assert not open_house.sign_in.device(known, PRACTICE, "ada").knows_person


def test_signing_in_ends_the_session_that_the_browser_had(open_house: House) -> None:
    open_house.sign_in.set_password(PRACTICE, "ann", PASSWORD, COMMAND)
    before = open_house.sign_in.sign_in(PRACTICE, "ann", PASSWORD)

    after = from_browser(open_house, session=before).session

    assert open_house.sessions.check(after).name == "Ada"
    with pytest.raises(SessionEnded):
        open_house.sessions.check(before)
    assert actions(open_house)[:2] == ["sign_in.done", "sign_in.ended"]


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


def test_an_operator_who_is_removed_is_signed_out(house: House) -> None:
    for name in ("Olga", "Oleg"):
        house.sign_in.create_operator(name, PASSWORD, COMMAND)
    session = house.sign_in.sign_in("", "Olga", PASSWORD)

    house.sign_in.remove_operator("Olga", COMMAND)

    assert [operator.name for operator in house.sign_in.operators()] == ["Oleg"]
    with pytest.raises(SessionEnded):
        house.sessions.check(session)
    with pytest.raises(SignInRefused):
        house.sign_in.sign_in("", "Olga", PASSWORD)
    with pytest.raises(NotFound):
        house.sign_in.remove_operator("Olga", COMMAND)
    assert "operator.removed" in actions(house, "")


def test_a_common_password_is_refused_wherever_one_is_set(open_house: House) -> None:
    open_house.sign_in.create_operator("Olga", PASSWORD, COMMAND)
    token = open_house.invitations.tokens.of(_invited(open_house))
    for set_one in (
        lambda: open_house.sign_in.set_password(PRACTICE, "ada", "passwordpassword", COMMAND),
        lambda: open_house.sign_in.create_operator("Oleg", "passwordpassword", COMMAND),
        lambda: open_house.sign_in.set_operator_password("Olga", "passwordpassword", COMMAND),
        lambda: open_house.invitations.choose(token, "passwordpassword"),
    ):
        with pytest.raises(Invalid, match="too common") as refused:
            set_one()
        assert refused.value.errors[0].field == "password"


def _invited(house: House) -> UUID:
    house.invitations.send(PRACTICE, "ann", COMMAND)
    with house.engine.connect() as connection:
        found = connection.execute(select(password_link.c.notification)).scalar_one()
    assert isinstance(found, UUID)
    return found


@dataclass
class MeanwhilePasswords(PlainPasswords):
    """Something else happens while a password is compared."""

    meanwhile: Callable[[], object]

    def verify(self, password: str, stored: str | None) -> bool:
        self.meanwhile()
        return super().verify(password, stored)


@pytest.mark.parametrize(
    ("practice", "person"), [("", "Olga"), (PRACTICE, "ada")], ids=["an operator", "a member of staff"]
)
def test_a_password_that_is_replaced_while_it_is_compared_opens_nothing(open_house: House, practice, person) -> None:
    """The sessions that it had opened have just ended: none may begin after them."""
    open_house.sign_in.create_operator("Olga", PASSWORD, COMMAND)

    def replace_it() -> None:
        if practice:
            open_house.sign_in.set_password(practice, person, "another long one", COMMAND)
        else:
            open_house.sign_in.set_operator_password(person, "another long one", COMMAND)

    slow = replace(open_house.sign_in, passwords=MeanwhilePasswords(replace_it))

    with pytest.raises(SignInRefused):
        slow.sign_in(practice, person, PASSWORD)
    assert open_house.sign_in.sign_in(practice, person, "another long one")


def test_an_operator_who_is_removed_while_their_password_is_compared_does_not_come_in(house: House) -> None:
    house.sign_in.create_operator("Olga", PASSWORD, COMMAND)
    slow = replace(house.sign_in, passwords=MeanwhilePasswords(lambda: house.sign_in.remove_operator("Olga", COMMAND)))

    with pytest.raises(SignInRefused):
        slow.sign_in("", "Olga", PASSWORD)
