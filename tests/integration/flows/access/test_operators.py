"""Operators sign in without a practice until they are removed."""

import pytest

from router.access.sessions import OperatorSession, SessionEnded
from router.access.sign_ins import SignInRefused
from router.actors import COMMAND
from router.errors import Conflict, Invalid, NotFound
from tests.house import House
from tests.integration.flows.access.sign_ins import PASSWORD, actions


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


def test_an_operator_needs_a_name(house: House) -> None:
    with pytest.raises(Invalid):
        house.sign_in.create_operator(" ", PASSWORD, COMMAND)


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
