"""A practice whose staff are sent links to choose a password."""

import pytest

from router.actors import Actor, ActorKind
from router.flows.administrator.invitations import Account
from tests.house import PRACTICE, House

PASSWORD = "correct horse battery"
ADA = Actor(ActorKind.STAFF, "ada")


@pytest.fixture
def open_house(house: House) -> House:
    """A practice in which nobody can sign in yet."""
    return house.furnish()


def invite(house: House, staff: str = "ann") -> str:
    """Send a link and let the worker email it; returns its token."""
    house.invitations.send(PRACTICE, staff, ADA)
    house.notify.run()
    return house.invitations.tokens.of(house.mailer.sent[-1].notification)


def account(house: House, staff: str = "ann") -> Account:
    return next(one for one in house.invitations.accounts(PRACTICE, "", 0, 50).shown if one.staff.id == staff)
