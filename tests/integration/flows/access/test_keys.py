"""Keys: making, checking and revoking them."""

import pytest

from router.actors import COMMAND, Scope
from router.errors import Forbidden, NotFound, Unauthenticated
from tests.house import PRACTICE, House


def test_a_key_opens_its_practice_for_its_scopes_only(house: House) -> None:
    key, text = house.furnish().keys.create(PRACTICE, [Scope.PORTAL], COMMAND)

    caller = house.keys.check(text, Scope.PORTAL)

    assert (caller.practice, caller.actor.id) == (PRACTICE, key.id)
    with pytest.raises(Forbidden):
        house.keys.check(text, Scope.ADMIN)


@pytest.mark.parametrize(
    "presented",
    ["", "careroute", "careroute_", "careroute__", "careroute_unknown_secret", "x"],
)
def test_what_is_no_key_opens_nothing(house: House, presented) -> None:
    house.furnish()

    with pytest.raises(Unauthenticated):
        house.keys.check(presented, Scope.PORTAL)


def test_a_wrong_secret_opens_nothing(house: House) -> None:
    _, text = house.furnish().keys.create(PRACTICE, [Scope.PORTAL], COMMAND)

    with pytest.raises(Unauthenticated):
        house.keys.check(text + "x", Scope.PORTAL)


def test_revoking_works_at_once_in_every_process_and_is_on_record(house: House) -> None:
    key, text = house.furnish().keys.create(PRACTICE, [Scope.PORTAL], COMMAND)
    other_process = House(house.engine)
    other_process.keys.check(text, Scope.PORTAL)

    house.keys.revoke(PRACTICE, key.id, COMMAND)

    with pytest.raises(Unauthenticated):
        other_process.keys.check(text, Scope.PORTAL)
    assert house.keys.keys(PRACTICE)[0].revoked_at is not None
    assert [row.action for row in house.operations.audit(PRACTICE, None, 3)] == [
        "key.refused",
        "key.revoked",
        "key.created",
    ]
    with pytest.raises(NotFound):
        house.keys.revoke(PRACTICE, key.id, COMMAND)


def test_the_secret_is_not_stored(house: House) -> None:
    _, text = house.furnish().keys.create(PRACTICE, [Scope.PORTAL], COMMAND)

    assert text.rpartition("_")[2] not in repr(house.keys.keys(PRACTICE))


def test_a_key_needs_a_practice(house: House) -> None:
    with pytest.raises(NotFound):
        house.keys.create("nowhere", [Scope.PORTAL], COMMAND)
