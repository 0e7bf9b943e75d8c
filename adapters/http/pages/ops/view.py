"""What operators see: ids, counts, reasons and moments. Never a text, a name or an address."""

import re
from dataclasses import dataclass
from uuid import UUID

from adapters.http.flows import Flows
from adapters.http.pages.kit.render import when
from router.flows.operator.operations import Status
from router.operations.quarantine import KNOWN_FIELDS, Quarantined
from router.operations.status import ParkedItem, Throughput

A_PAGE = 20
MINUTE, HOUR, DAY = 60, 3_600, 86_400
# Mail servers quote whom they refuse.
ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")
REASONS = {
    "no_active_staff": "Nobody at the practice is active. It will be routed automatically once somebody is.",
    "routing_failed": "It failed three times. Find the cause in the log before you requeue it.",
    "rejected": "The mail server permanently refused the address. The message is in the inbox.",
    "deferred_too_often": "The mail server deferred it for more than a day. The message is in the inbox.",
    "step_failed": "A step of its ladder failed three times, so the administrators are alerted. Find the cause in the "
    "log. It leaves this list once the message is answered or done.",
}
# Deliveries move by themselves, and what a failed step was for is up to the administrators.
REQUEUED = frozenset({"message", "notification"})
# What became of something, by what it is and its state.
STATES = {
    ("message", "accepted"): "It is waiting to be routed.",
    ("message", "parked"): "It was parked again: ",
    ("message", ""): "It is in the inboxes.",
    ("notification", "parked"): "It was parked again: ",
    ("notification", "sent"): "The mail server accepted it.",
    ("notification", "suppressed"): "It is no longer needed: ",
    ("notification", ""): "It is waiting to be sent.",
}


@dataclass(frozen=True, slots=True)
class QueueView:
    """What waits in one queue, for how long, and what went through lately."""

    name: str
    waiting: int
    oldest: str
    lately: str


@dataclass(frozen=True, slots=True)
class ParkedView:
    """Something that a person must look at."""

    item: ParkedItem
    explanation: str
    answer: str
    may_requeue: bool


@dataclass(frozen=True, slots=True)
class QuarantinedView:
    """Something in the quarantine; without a practice only its sender can repeat it."""

    item: Quarantined
    wrong: str
    fields: str
    may_requeue: bool


@dataclass(frozen=True, slots=True)
class OperationsView:
    """Everything on the page that changes by itself."""

    at: str
    queues: tuple[QueueView, ...]
    workers: tuple[tuple[str, str, str], ...]
    relay: tuple[str, str] | None
    parked: tuple[ParkedView, ...]
    parked_counts: tuple[tuple[str, str, int], ...]
    older_parked: UUID | None
    kept: tuple[QuarantinedView, ...]
    kept_counts: tuple[tuple[str, int], ...]
    older_kept: UUID | None

    @property
    def in_words(self) -> str:
        """What screen readers announce when it changes."""
        parked = sum(count for _, _, count in self.parked_counts)
        kept = sum(count for _, count in self.kept_counts)
        return f"{parked} parked, {kept} in the quarantine, {len(self.workers)} workers seen."


def view_of(flows: Flows, parked_before: UUID | None, kept_before: UUID | None) -> OperationsView:
    """Look at all practices."""
    status = flows.operations.status()
    parked = flows.operations.parked(None, parked_before, A_PAGE + 1)
    kept = flows.quarantine.items(None, kept_before, A_PAGE + 1)
    until = status.relay_paused_until
    return OperationsView(
        at=f"{status.at:%H:%M:%S} UTC",
        queues=_queues(status, flows.operations.throughput()),
        workers=tuple(
            (worker.id, worker.queues, age((status.at - worker.seen_at).total_seconds())) for worker in status.workers
        ),
        relay=(when(until, None), without_addresses(status.relay_answer or "")) if until else None,
        parked=tuple(_parked(item) for item in parked[:A_PAGE]),
        parked_counts=status.parked,
        older_parked=parked[A_PAGE - 1].id if len(parked) > A_PAGE else None,
        kept=tuple(_kept(item) for item in kept[:A_PAGE]),
        kept_counts=status.quarantined,
        older_kept=kept[A_PAGE - 1].id if len(kept) > A_PAGE else None,
    )


def _queues(status: Status, lately: Throughput) -> tuple[QueueView, ...]:
    words = {
        "route": ("Messages to be routed", f"{lately.accepted} accepted, {lately.delivered} put into inboxes"),
        "notify": ("Emails to be sent", f"{lately.sent} accepted by the mail server"),
        "escalate": ("Ladder steps that are due", "each is done once"),
    }
    return tuple(
        QueueView(
            words[backlog.queue][0], backlog.waiting, age(status.age_seconds(backlog.oldest)), words[backlog.queue][1]
        )
        for backlog in status.backlog
    )


def _parked(item: ParkedItem) -> ParkedView:
    answer = without_addresses(item.answer or "")
    return ParkedView(item, REASONS.get(item.reason, ""), answer, item.kind in REQUEUED)


def _kept(item: Quarantined) -> QuarantinedView:
    return QuarantinedView(item, known(item.wrong), known(item.fields) or "none", item.practice is not None)


def known(fields: tuple[str, ...]) -> str:
    """Names of fields; those that aren't ours may be somebody's text."""
    return ", ".join(dict.fromkeys(name if name in KNOWN_FIELDS else "an unknown one" for name in fields))


def without_addresses(text: str) -> str:
    """What a mail server said, without whom it said it of."""
    return ADDRESS.sub("[address]", text)


def age(seconds: float) -> str:
    """How long ago, in words."""
    if seconds < MINUTE:
        return f"{seconds:.0f} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE:.0f} min"
    if seconds < DAY:
        return f"{seconds // HOUR:.0f} h {seconds % HOUR // MINUTE:.0f} min"
    return f"{seconds // DAY:.0f} d {seconds % DAY // HOUR:.0f} h"


def state_in_words(kind: str, state: str, reason: str | None) -> str:
    """What became of something that was sent on its way again."""
    words = STATES.get((kind, state)) or STATES[kind, ""]
    return f"{words}{reason}." if words.endswith(" ") else words
