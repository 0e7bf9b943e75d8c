"""What ladders tell one person is paced: who is told now, who was told already, and who waits."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from router.messages.merging import plan_merges
from router.messages.notification import PACE, PACED_KINDS, Kind, Lease, LeasedNotification, OtherNotification
from tests.builders import NOON


def a_reminder(number: int, minutes: float = 0, **values: object) -> LeasedNotification:
    """A reminder of ann, of a step that fired so many minutes from noon."""
    happened_at = NOON + timedelta(minutes=minutes)
    made = LeasedNotification(
        "clinic", UUID(int=number), Kind.STAFF_REMINDER, UUID(int=9), "ann@clinic.example", 0, event="told to ann"
    )
    return replace(made, happened_at=happened_at, **values)  # type: ignore[arg-type] # a test names the fields.


def a_lease(*notifications: LeasedNotification, last: OtherNotification | None = None) -> Lease:
    at = NOON + timedelta(minutes=3)
    return Lease(UUID(int=1), at, at + timedelta(minutes=3), notifications, (last,) if last else ())


def test_where_nobody_was_told_lately_one_email_carries_all() -> None:
    first, second = a_reminder(2), a_reminder(3)
    plan = plan_merges(a_lease(second, first))
    assert plan.senders == (first,)
    assert plan.riders == {second.id: first.id}


def test_what_happened_before_the_last_email_is_told_and_the_rest_waits_for_its_turn() -> None:
    sent_at = NOON + timedelta(minutes=1)
    last = OtherNotification(a_reminder(1), sent_at, sent_at)
    before, at_once, after = a_reminder(2), a_reminder(3, 1), a_reminder(4, 2)
    plan = plan_merges(a_lease(before, at_once, after, last=last))
    assert plan.senders == ()
    assert plan.told == {before.id: last.id, at_once.id: last.id}
    assert plan.waiting == {after.id: sent_at + PACE}


@pytest.mark.parametrize("due", [timedelta(minutes=-5), timedelta(minutes=60)])
def test_while_an_email_is_on_its_way_the_others_wait_to_see_what_becomes_of_it(due: timedelta) -> None:
    last = OtherNotification(a_reminder(1), NOON + due, None)
    waiting = a_reminder(2)
    lease = a_lease(waiting, last=last)
    plan = plan_merges(lease)
    assert plan.senders == ()
    assert plan.waiting == {waiting.id: max(NOON + due, lease.at) + timedelta(seconds=2)}


def test_arrivals_are_not_paced() -> None:
    assert Kind.STAFF_DELIVERY not in PACED_KINDS
    assert Kind.STAFF_OVERDUE not in PACED_KINDS
