"""The password of the tests of signing in, and what is on record of it."""

from tests.house import PRACTICE, House

PASSWORD = "correct horse battery"


def actions(house: House, practice: str = PRACTICE) -> list[str]:
    return [row.action for row in house.operations.audit(practice, None, 10)]
