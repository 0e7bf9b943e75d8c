"""The log and the metrics say what happened by ids and states."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from prometheus_client import generate_latest
from structlog.testing import capture_logs

from adapters.metrics.process_metrics import ProcessMetrics
from config.wiring.event_log import ITEMS_OF_A_LINE, LoggedEvents
from router.messages.acceptance import Receipt
from router.messages.cascade import Question, Recipient, Resolution, Step
from router.messages.notification import Kind, LeasedNotification, SendOutcome, SmtpReply, after
from router.messages.routing import ClaimedMessage, NewDelivery, Routed
from router.messages.states import ParkedReason, State
from router.practice.topics import Topic

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def receipt() -> Receipt:
    return Receipt(uuid4(), uuid4(), State.ACCEPTED, "Canaryname", NOW)


def routed(*staff: str) -> Routed:
    question = Question(Topic.BILLING, None, None, None, ())
    claimed = ClaimedMessage("clinic", uuid4(), uuid4(), "sam", question)
    deliveries = tuple(NewDelivery(uuid4(), Recipient(member, Step.RECIPIENTS, None)) for member in staff)
    return Routed(claimed, Resolution((), (), 1, NOW), deliveries)


def counted(metrics: ProcessMetrics) -> list[str]:
    return [line for line in generate_latest(metrics.registry).decode().splitlines() if "_created" not in line]


def test_what_is_accepted_is_told_by_ids_in_lines_of_a_bounded_length() -> None:
    metrics = ProcessMetrics()
    receipts = [receipt() for _ in range(ITEMS_OF_A_LINE + 1)]

    with capture_logs() as said:
        LoggedEvents(metrics).accepted("clinic", receipts)

    assert [len(line["messages"]) for line in said] == [ITEMS_OF_A_LINE, 1]
    assert said[0]["messages"][0] == {"message": receipts[0].id, "conversation": receipts[0].conversation}
    assert "Canaryname" not in str(said)
    assert f"careroute_messages_accepted_total {ITEMS_OF_A_LINE + 1}.0" in counted(metrics)


def test_no_line_is_so_long_that_it_is_cut() -> None:
    """Container engines cut at 16 KB."""
    many = [routed(*(f"nurse-{n}" for n in range(20))) for _ in range(ITEMS_OF_A_LINE)]

    with capture_logs() as said:
        LoggedEvents(ProcessMetrics()).routed(many)

    assert [item["message"] for line in said for item in line["messages"]] == [one.claimed.message for one in many]
    assert max(len(json.dumps(line, default=str)) for line in said) < 16 * 1024


def test_what_is_routed_is_told_with_its_deliveries_and_what_is_parked_with_its_reason() -> None:
    metrics, two, nobody = ProcessMetrics(), routed("ann", "ben"), routed()

    with capture_logs() as said:
        LoggedEvents(metrics).routed([two, nobody])

    parked, delivered = said
    assert delivered["messages"] == [
        {"message": two.claimed.message, "deliveries": [delivery.id for delivery in two.deliveries]}
    ]
    assert (parked["message"], parked["reason"], parked["log_level"]) == (
        nobody.claimed.message,
        "no_active_staff",
        "warning",
    )
    for line in (
        "careroute_messages_routed_total 1.0",
        "careroute_deliveries_total 2.0",
        'careroute_messages_parked_total{reason="no_active_staff"} 1.0',
    ):
        assert line in counted(metrics)


def test_a_message_that_failed_too_often_is_told() -> None:
    metrics = ProcessMetrics()

    with capture_logs() as said:
        LoggedEvents(metrics).parked("clinic", uuid4(), ParkedReason.ROUTING_FAILED)

    assert said[0]["reason"] == "routing_failed"
    assert 'careroute_messages_parked_total{reason="routing_failed"} 1.0' in counted(metrics)


@pytest.mark.parametrize(
    ("outcome", "code", "kind", "about"),
    [
        (SendOutcome.SENT, 250, Kind.STAFF_DELIVERY, "delivery"),
        (SendOutcome.REJECTED, 550, Kind.PATIENT_REPLY, "reply"),
        (SendOutcome.SENT, 250, Kind.STAFF_INVITATION, "password_link"),
    ],
)
def test_what_came_of_a_notification_is_told_without_the_words_of_the_mail_server(
    outcome: SendOutcome, code: int, kind: Kind, about: str
) -> None:
    metrics = ProcessMetrics()
    leased = LeasedNotification("clinic", uuid4(), kind, uuid4(), "canary@clinic.example", 0)
    answer = SmtpReply(leased.id, outcome, code, "no canary here")

    with capture_logs() as said:
        LoggedEvents(metrics).notified([leased], [after(leased, answer, NOW)])

    (item,) = said[0]["notifications"]
    assert (item["notification"], item[about], item["outcome"]) == (leased.id, leased.about, outcome.value)
    assert item["code"] == code
    assert "canary" not in str(said)
    assert f'careroute_notifications_total{{outcome="{outcome.value}"}} 1.0' in counted(metrics)
