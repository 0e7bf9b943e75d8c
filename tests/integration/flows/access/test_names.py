"""Signing in by email address and in any case, and links for forgotten passwords."""

import pytest

from router.access.password_links import LINK_PAUSE
from router.access.sign_ins import SignInRefused, TooManyTries
from router.actors import COMMAND
from tests.builders import a_staff
from tests.house import PRACTICE, House

PASSWORD = "correct horse battery"


@pytest.fixture
def open_house(house: House) -> House:
    """A practice in which ann can sign in."""
    house.furnish()
    house.sign_in.set_password(PRACTICE, "ann", PASSWORD, COMMAND)
    house.sign_in.create_operator("olga", PASSWORD, COMMAND)
    return house


@pytest.mark.parametrize(
    ("practice", "person", "name"),
    [
        ("CLINIC", "Ann", "Ann"),
        (PRACTICE, "ANN@clinic.example", "Ann"),
        ("", "Olga", "olga"),
    ],
)
def test_case_does_not_matter_and_an_address_will_do(open_house: House, practice, person, name) -> None:
    assert open_house.sessions.check(open_house.sign_in.sign_in(practice, person, PASSWORD)).name == name


def test_tries_under_all_names_of_somebody_count_together(open_house: House) -> None:
    for person in ("ann", "ANN", "ann@clinic.example"):
        with pytest.raises(SignInRefused):
            open_house.sign_in.sign_in(PRACTICE, person, "wrong")

    with pytest.raises(TooManyTries):
        open_house.sign_in.sign_in("Clinic", "Ann@Clinic.example", PASSWORD)


def test_who_forgot_their_password_gets_one_link_in_a_while(open_house: House) -> None:
    open_house.invitations.send_forgotten("Clinic", "ANN@clinic.example")
    open_house.invitations.send_forgotten(PRACTICE, "ann")

    assert open_house.notify.run().sent == 1
    link = open_house.invitations.tokens.of(open_house.mailer.sent[-1].notification)
    open_house.invitations.choose(link, "another horse battery")
    open_house.sign_in.sign_in(PRACTICE, "ann", "another horse battery")
    open_house.clock.by += LINK_PAUSE
    open_house.invitations.send_forgotten(PRACTICE, "ann")
    assert open_house.notify.run().sent == 1


@pytest.mark.parametrize(
    ("practice", "person"), [(PRACTICE, "ghost"), ("nowhere", "ann"), (PRACTICE, "ben"), (PRACTICE, "cy")]
)
def test_nobody_else_gets_one_and_nothing_is_said(open_house: House, practice, person) -> None:
    open_house.bring([a_staff("cy", email=None)])

    open_house.invitations.send_forgotten(practice, person)

    assert open_house.notify.run().sent == 0
