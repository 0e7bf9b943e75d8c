"""Until when a message may be put off."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from router.messages.cascade import Recipient, Step
from router.messages.inbox import InboxFilter, InboxItem, InboxSort
from router.messages.snooze import LONGEST_SNOOZE, latest_snooze, problem_with_snooze, reason_against_snooze
from router.messages.states import DeliveryState
from router.practice.topics import Topic

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ITEM = InboxItem(
    UUID(int=1), "ann", UUID(int=2), UUID(int=3), Topic.BILLING, None, "pat", "Pat", date(1961, 4, 9), None, None, None,
    "A bill", "Which?", DeliveryState.READ, None, None, Recipient("ann", Step.RECIPIENTS), NOW - HOUR, NOW - 2 * HOUR,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "at", "wrong"),
    [
        ({}, NOW + LONGEST_SNOOZE, None),
        ({}, NOW + LONGEST_SNOOZE + HOUR, "must be within 90 days"),
        ({}, NOW, "must be later than now"),
        ({"answer_by": NOW + HOUR}, NOW + HOUR, None),
        ({"answer_by": NOW + HOUR}, NOW + 2 * HOUR, "must not be later than the time"),
        ({"answer_by": NOW}, NOW + HOUR, "is no longer possible"),
        ({"answer_by": NOW, "waits": False}, NOW + HOUR, None),
    ],
)
def test_a_message_is_put_off_no_further_than_its_answer_by(
    changes: dict[str, object], at: datetime, wrong: str | None
) -> None:
    problem = problem_with_snooze(replace(ITEM, **changes), at, NOW)  # type: ignore[arg-type] # a test names the fields.

    assert (problem is None) == (wrong is None)
    assert wrong is None or wrong in str(problem)


def test_what_is_done_is_not_put_off() -> None:
    assert reason_against_snooze(ITEM) is None
    assert reason_against_snooze(replace(ITEM, state=DeliveryState.DONE)) is not None
    assert latest_snooze(ITEM, NOW) == NOW + LONGEST_SNOOZE


@pytest.mark.parametrize(
    ("wanted", "until", "moment"),
    [
        (InboxFilter(awake=True), None, NOW - HOUR),
        (InboxFilter(awake=True), NOW, NOW),
        (InboxFilter(awake=True), NOW + HOUR, NOW - HOUR),
        (InboxFilter(awake=True, sort=InboxSort.OLDEST), NOW, NOW - HOUR),
        (InboxFilter(awake=True, sort=InboxSort.WAITING), NOW, NOW - 2 * HOUR),
        (InboxFilter(), NOW, NOW - HOUR),
        (InboxFilter(asleep=True), NOW + HOUR, NOW + HOUR),
        (InboxFilter(asleep=True, sort=InboxSort.WAITING), None, NOW - HOUR),
    ],
)
def test_what_comes_back_stands_where_it_would_if_it_had_come_then(
    wanted: InboxFilter, until: datetime | None, moment: datetime
) -> None:
    assert replace(ITEM, snoozed_until=until).position(wanted, NOW) == (moment, ITEM.delivery)
