"""What happened, in the log and in the metrics: ids and states, by which a message is followed through all processes.

A line tells of a batch, or of a part of a big one: a line for each message would cost more than routing it.
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import structlog
from typing_extensions import override

from adapters.metrics.process_metrics import ProcessMetrics
from router.messages.acceptance import Receipt
from router.messages.notification import Kind, LeasedNotification, SentNotification
from router.messages.routing import Routed
from router.messages.states import ParkedReason
from router.ports.event_log import EventLog

# A line of no more stays below the 16 KB at which container engines cut lines, unless one message alone has more.
ITEMS_OF_A_LINE = 40
DELIVERIES_OF_A_LINE = 300

Item = Mapping[str, object]

ABOUT = {Kind.STAFF_DELIVERY: "delivery", Kind.PATIENT_REPLY: "reply"}

logger = structlog.get_logger("careroute")
# Of this process: what is counted before a worker forks stays in its main process.
METRICS = ProcessMetrics()


class LoggedEvents(EventLog):
    """See router.ports.event_log.EventLog."""

    def __init__(self, metrics: ProcessMetrics = METRICS) -> None:
        self._metrics = metrics

    @override
    def accepted(self, practice: str, receipts: Sequence[Receipt]) -> None:
        self._metrics.accepted(len(receipts))
        items = [{"message": receipt.id, "conversation": receipt.conversation} for receipt in receipts]
        for line in _lines(items):
            logger.info("accepted", practice=practice, messages=line)

    @override
    def routed(self, routed: Sequence[Routed]) -> None:
        delivered: dict[str, list[Item]] = {}
        for message in routed:
            claimed = message.claimed
            if not message.deliveries:
                self.parked(claimed.practice, claimed.message, ParkedReason.NO_ACTIVE_STAFF)
                continue
            item = {"message": claimed.message, "deliveries": [new.id for new in message.deliveries]}
            delivered.setdefault(claimed.practice, []).append(item)
        count = sum(len(items) for items in delivered.values())
        self._metrics.routed(count, sum(len(message.deliveries) for message in routed))
        for practice, items in delivered.items():
            for line in _lines(items):
                logger.info("routed", practice=practice, messages=line)

    @override
    def parked(self, practice: str, message: UUID, reason: ParkedReason) -> None:
        """A message waits for a person."""
        self._metrics.parked(reason.value)
        logger.warning("parked", practice=practice, message=message, reason=reason.value)

    @override
    def notified(self, leased: Sequence[LeasedNotification], outcomes: Sequence[SentNotification]) -> None:
        """What became of these notifications."""
        by_practice: dict[str, list[Item]] = {}
        for notification, outcome in zip(leased, outcomes, strict=True):
            item = _notification(notification, outcome)
            self._metrics.notified(str(item["outcome"]))
            by_practice.setdefault(notification.practice, []).append(item)
        for practice, items in by_practice.items():
            for line in _lines(items):
                logger.info("notified", practice=practice, notifications=line)


def _notification(leased: LeasedNotification, outcome: SentNotification) -> Item:
    """The mail server's words stay in the database: they may quote an address."""
    about = ABOUT.get(leased.kind, "password_link")
    answer = outcome.answer
    came = answer.outcome.value if answer else outcome.state.value
    item: dict[str, object] = {"notification": leased.id, about: leased.about, "outcome": came}
    if leased.suppressed is not None:
        item["reason"] = leased.suppressed.value
    if answer is not None and answer.code is not None:
        item["code"] = answer.code
    return item | ({"parked": outcome.reason} if outcome.state.value == "parked" else {})


def _lines(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    line: list[Item] = []
    deliveries = 0
    for item in items:
        more = item.get("deliveries")
        count = len(more) if isinstance(more, list) else 0
        if line and (len(line) == ITEMS_OF_A_LINE or deliveries + count > DELIVERIES_OF_A_LINE):
            yield line
            line, deliveries = [], 0
        line.append(item)
        deliveries += count
    if line:
        yield line
