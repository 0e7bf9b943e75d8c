"""Changing one's own password."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from router.access.sessions import OperatorSession, SessionEnded, StaffSession
from router.access.sign_ins import SignInRefused, TooManyTries
from router.actors import COMMAND
from router.audit import Action
from router.errors import Invalid
from tests.fakes import PlainPasswords
from tests.house import PRACTICE, House

OLD, NEW = "correct horse battery", "another horse battery"


def signed_in(house: House, practice: str, name: str) -> tuple[str, StaffSession | OperatorSession]:
    token = house.sign_in.sign_in(practice, name, OLD)
    person = house.sessions.check(token)
    assert isinstance(person, StaffSession | OperatorSession)
    return token, person


@pytest.fixture
def clinic(house: House) -> House:
    """Ann has a password, and so has an operator."""
    house.furnish()
    house.sign_in.set_password(PRACTICE, "ann", OLD, COMMAND)
    house.sign_in.create_operator("root", OLD, COMMAND)
    return house


@pytest.mark.parametrize(("practice", "name"), [(PRACTICE, "ann"), ("", "root")])
def test_the_new_password_counts_and_every_other_session_ends(clinic: House, practice: str, name: str) -> None:
    elsewhere, _ = signed_in(clinic, practice, name)
    session, person = signed_in(clinic, practice, name)

    token = clinic.own_password.change(person, session, OLD, NEW)

    assert clinic.sessions.check(token).actor == person.actor
    for ended in (elsewhere, session):
        with pytest.raises(SessionEnded):
            clinic.sessions.check(ended)
    with pytest.raises(SignInRefused):
        clinic.sign_in.sign_in(practice, name, OLD)
    assert clinic.sign_in.sign_in(practice, name, NEW)
    rows = [row for row in clinic.operations.audit(practice, None, 99) if row.action == Action.PASSWORD_SET]
    assert person.actor in [row.actor for row in rows]


@pytest.mark.parametrize(("current", "wanted", "field"), [("wrong", NEW, "current"), (OLD, "short", "password")])
def test_a_wrong_or_a_bad_password_changes_nothing(clinic: House, current: str, wanted: str, field: str) -> None:
    session, person = signed_in(clinic, PRACTICE, "ann")

    with pytest.raises(Invalid) as refused:
        clinic.own_password.change(person, session, current, wanted)

    assert [error.field for error in refused.value.errors] == [field]
    assert clinic.sessions.check(session).actor == person.actor
    assert clinic.sign_in.sign_in(PRACTICE, "ann", OLD)


def test_guessing_must_wait_and_keeps_nobody_from_signing_in(clinic: House) -> None:
    session, person = signed_in(clinic, PRACTICE, "ann")
    for _ in range(3):
        with pytest.raises(Invalid):
            clinic.own_password.change(person, session, "wrong", NEW)

    with pytest.raises(TooManyTries):
        clinic.own_password.change(person, session, OLD, NEW)
    assert clinic.sign_in.sign_in(PRACTICE, "ann", OLD)
    clinic.clock.by += timedelta(seconds=3)
    assert clinic.own_password.change(person, session, OLD, NEW)


@dataclass
class MeanwhilePasswords(PlainPasswords):
    """Something else happens while a new password is hashed."""

    meanwhile: Callable[[], object]

    def hash(self, password: str) -> str:
        self.meanwhile()
        return super().hash(password)


def test_what_ends_the_session_while_the_password_is_hashed_wins(clinic: House) -> None:
    """Otherwise whoever was just shut out would replace the new password by theirs, and stay."""
    session, person = signed_in(clinic, PRACTICE, "ann")
    third = "a third horse battery"
    meanwhile = [
        lambda: clinic.sign_in.set_password(PRACTICE, "ann", third, COMMAND),
        lambda: clinic.sessions.sign_out_everywhere(session),
    ]
    for act, password in zip(meanwhile, (third, OLD), strict=True):
        slow = replace(clinic.own_password, passwords=MeanwhilePasswords(act))

        with pytest.raises(SessionEnded):
            slow.change(person, session, OLD, NEW)

        assert clinic.sign_in.sign_in(PRACTICE, "ann", password)
        clinic.sign_in.set_password(PRACTICE, "ann", OLD, COMMAND)
        session, person = signed_in(clinic, PRACTICE, "ann")
