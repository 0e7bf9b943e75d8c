"""Keys: making, checking and revoking them."""

from datetime import timedelta

import pytest

from router.actors import COMMAND, Scope
from router.errors import Forbidden, NotFound, Unauthenticated
from router.flows.access import keys
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


def refused(house: House) -> list[object]:
    rows = house.operations.audit(PRACTICE, None, 20)
    return [row.details["why"] for row in reversed(rows) if row.action == "key.refused"]


def test_a_refusal_is_recorded_once_for_each_key_reason_and_hour(house: House) -> None:
    key, text = house.furnish().keys.create(PRACTICE, [Scope.PORTAL], COMMAND)
    _, other = house.keys.create(PRACTICE, [Scope.OPS], COMMAND)

    def ask(presented: str, scope: Scope) -> None:
        for _ in range(3):
            with pytest.raises((Forbidden, Unauthenticated)):
                house.keys.check(presented, scope)

    ask(text, Scope.ADMIN)
    ask(text, Scope.INBOX)
    ask(other, Scope.ADMIN)
    house.keys.revoke(PRACTICE, key.id, COMMAND)
    ask(text, Scope.ADMIN)
    house.clock.by += timedelta(hours=1)
    ask(text, Scope.ADMIN)

    # A little more where the hour ends in between.
    assert refused(house)[:4] == ["lacks admin", "lacks inbox", "lacks admin", "revoked"]
    assert refused(house)[-1] == "revoked"
    assert 5 <= len(refused(house)) <= 6


def test_what_is_remembered_of_refusals_is_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "MOST_REMEMBERED", 1)
    _, text = house.furnish().keys.create(PRACTICE, [Scope.PORTAL], COMMAND)

    for scope in (Scope.ADMIN, Scope.INBOX, Scope.ADMIN):
        with pytest.raises(Forbidden):
            house.keys.check(text, scope)

    assert refused(house) == ["lacks admin", "lacks inbox", "lacks admin"]
    assert len(house.keys.recorded) == 1


def test_the_secret_is_not_stored(house: House) -> None:
    _, text = house.furnish().keys.create(PRACTICE, [Scope.PORTAL], COMMAND)

    assert text.rpartition("_")[2] not in repr(house.keys.keys(PRACTICE))


def test_a_key_needs_a_practice(house: House) -> None:
    with pytest.raises(NotFound):
        house.keys.create("nowhere", [Scope.PORTAL], COMMAND)
