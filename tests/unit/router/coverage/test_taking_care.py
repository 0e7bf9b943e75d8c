"""Who takes care of a message for everybody, and whether somebody who is done has left it to them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from router.coverage.ladder_decisions import Holder
from router.coverage.taking_care import keeper, left_to_colleague
from router.messages.cascade import HandOver, Step
from router.messages.states import DeliveryState
from router.practice.availability import Absence, Staffing
from tests.builders import a_staff

NOW = datetime(2025, 5, 5, 12, tzinfo=UTC)
UNREAD, READ, DONE, MOVED = DeliveryState
STAFF = {one: a_staff(one) for one in ("ann", "ben", "kim", "max")} | {"lee": a_staff("lee", active=False)}
AWAY = Absence("ben", NOW - timedelta(days=1), NOW + timedelta(days=1), "kim")
THERE, BEN_IS_AWAY = Staffing(STAFF, {}), Staffing(STAFF, {"ben": AWAY})


def holder(staff: str, state: DeliveryState = UNREAD, **values: object) -> Holder:
    made = Holder(UUID(int=1), staff, Step.RECIPIENTS, state, NOW)
    return replace(made, **values)  # type: ignore[arg-type] # a test names the fields.


@pytest.mark.parametrize(
    ("owner", "holders", "staffing", "kept_by"),
    [
        (None, [holder("ben")], THERE, None),
        ("ben", [holder("ann")], THERE, None),
        ("ben", [holder("ben", READ)], THERE, "ben"),
        ("ben", [holder("ben", DONE)], THERE, None),
        ("lee", [holder("lee")], THERE, None),
        ("ben", [holder("ben", MOVED), holder("kim")], BEN_IS_AWAY, "kim"),
        ("ben", [holder("ben", READ)], BEN_IS_AWAY, "ben"),
        ("ben", [holder("max", represents="ben")], BEN_IS_AWAY, "max"),
        ("ben", [holder("max", represents="ben", reason=HandOver.FORWARD)], BEN_IS_AWAY, None),
    ],
)
def test_the_owner_or_who_covers_for_them_takes_care_of_it_where_they_have_it_open(
    owner: str | None, holders: list[Holder], staffing: Staffing, kept_by: str | None
) -> None:
    assert keeper(owner, holders, staffing, NOW) == kept_by


@pytest.mark.parametrize(
    ("others", "is_left"),
    [
        ([holder("ben")], True),
        ([holder("ben", MOVED)], True),
        ([holder("ben", handled_by="kim")], True),
        ([holder("ben", DONE)], False),
        ([holder("ben", READ, handled_by="ann")], False),
        ([], False),
    ],
)
def test_what_is_done_is_left_to_the_colleague_who_is_not_done_with_it(others: list[Holder], *, is_left: bool) -> None:
    anns = holder("ann", DONE, handled_by="ben")
    assert left_to_colleague(anns, [anns, *others]) is is_left


@pytest.mark.parametrize("anns", [holder("ann", READ, handled_by="ben"), holder("ann", DONE)])
def test_what_is_not_done_or_nobody_handles_is_left_to_nobody(anns: Holder) -> None:
    assert not left_to_colleague(anns, [anns, holder("ben")])
