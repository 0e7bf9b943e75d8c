"""Signing in with a password: who comes in, who must wait, and what a password may be."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from adapters.database.tables import password_link
from router.access.sessions import StaffSession
from router.access.sign_ins import SignInRefused, TooManyTries
from router.actors import COMMAND
from router.errors import Invalid, NotFound
from tests.fakes import PlainPasswords
from tests.house import PRACTICE, House
from tests.integration.flows.access.sign_ins import PASSWORD, actions


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


def test_somebody_who_has_left_can_not_sign_in(open_house: House) -> None:
    open_house.roster.change_staff(PRACTICE, "ada", {"active": False}, COMMAND)

    with pytest.raises(SignInRefused):
        open_house.sign_in.sign_in(PRACTICE, "ada", PASSWORD)


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
