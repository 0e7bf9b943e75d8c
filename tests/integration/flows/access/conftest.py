"""A practice in which somebody can sign in."""

import pytest

from router.actors import COMMAND
from tests.house import PRACTICE, House
from tests.integration.flows.access.sign_ins import PASSWORD


@pytest.fixture
def open_house(house: House) -> House:
    """A practice in which ada can sign in."""
    house.furnish()
    house.sign_in.set_password(PRACTICE, "ada", PASSWORD, COMMAND)
    return house
