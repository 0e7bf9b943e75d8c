"""What an SMTP answer means for a notification."""

from datetime import timedelta
from uuid import UUID

import pytest

from router.messages.notification import (
    DEFERRALS,
    Kind,
    LeasedNotification,
    SendOutcome,
    SmtpReply,
    after,
    backoff,
    relay_pause,
)
from router.messages.states import NotificationState
from tests.builders import NOON

ID = UUID(int=500)


def leased(deferrals: int = 0) -> LeasedNotification:
    return LeasedNotification("p", ID, Kind.STAFF_DELIVERY, UUID(int=2), "ann@clinic.example", deferrals)


@pytest.mark.parametrize(
    ("outcome", "state", "deferrals", "reason"),
    [
        (SendOutcome.SENT, NotificationState.SENT, 0, None),
        (SendOutcome.REJECTED, NotificationState.PARKED, 0, "rejected"),
        (SendOutcome.DEFERRED, NotificationState.DUE, 1, "deferred"),
        (SendOutcome.RELAY, NotificationState.DUE, 0, None),
        (SendOutcome.NOT_BEGUN, NotificationState.DUE, 0, None),
    ],
)
def test_each_outcome_has_its_next_state(outcome, state, deferrals, reason) -> None:
    answer = SmtpReply(ID, outcome, 250, "said")

    found = after(leased(), answer, NOON)

    assert (found.state, found.deferrals, found.reason) == (state, deferrals, reason)
    assert (found.answer is None) == (outcome is SendOutcome.NOT_BEGUN)


def test_deferrals_wait_longer_each_time_and_end_parked_with_the_answer() -> None:
    waits = [backoff(ID, number) for number in range(1, len(DEFERRALS) + 1)]

    assert [wait for wait in waits if wait] == sorted(wait for wait in waits if wait)
    assert waits[0] == timedelta(minutes=1) * 1.1
    assert backoff(ID, len(DEFERRALS) + 1) is None
    last = after(leased(len(DEFERRALS)), SmtpReply(ID, SendOutcome.DEFERRED, 451, "later"), NOON)
    assert (last.state, last.reason) == (NotificationState.PARKED, "deferred_too_often")
    assert last.answer == SmtpReply(ID, SendOutcome.DEFERRED, 451, "later")


def test_a_deferred_notification_is_due_after_its_backoff() -> None:
    found = after(leased(1), SmtpReply(ID, SendOutcome.DEFERRED, 451, "later"), NOON)

    assert found.due_at == NOON + timedelta(minutes=2) * 1.1


def test_the_relay_is_left_alone_for_longer_with_each_failure_up_to_a_minute() -> None:
    assert [relay_pause(number).total_seconds() for number in (1, 2, 3, 6, 7, 100)] == [1, 2, 4, 32, 60, 60]
