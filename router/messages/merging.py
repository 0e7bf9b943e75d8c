"""One event, one email per address: which notifications of a lease are sent, and which are covered by another.

An event is a conversation (its messages within a minute, and everybody who has one of them), what moves to the cover of
one absent person, or what one act routes again. On the patient's side, no event spans several patients. Emails from
ladders to one person are paced: the first goes at once, the next one after PACE, covering everything since then.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from router.messages.notification import (
    PACE,
    PACED_KINDS,
    Lease,
    LeasedNotification,
    OtherNotification,
    SentNotification,
    Suppression,
)
from router.messages.states import NotificationState

# What notifications that are told of by one email have in common.
Place = tuple[str, str, str, str, bool]
# For so long a notification waits for one of the same event that another process is sending.
WAITS = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What happens to each notification of a lease that is worth sending.

    `riders` go with a sender, by its id; `told` are covered by one that was sent before; `waiting` are due later.
    """

    senders: tuple[LeasedNotification, ...]
    riders: Mapping[UUID, UUID] = field(default_factory=dict)
    told: Mapping[UUID, UUID] = field(default_factory=dict)
    waiting: Mapping[UUID, datetime] = field(default_factory=dict)


def plan_merges(lease: Lease) -> MergePlan:
    """For each event and address, the notification with the lowest id carries the others, whichever process has it."""
    groups: dict[Place, list[LeasedNotification]] = defaultdict(list)
    for one in lease.notifications:
        if one.suppressed is None:
            groups[_place(one)].append(one)
    others: dict[Place, list[OtherNotification]] = defaultdict(list)
    for other in lease.others:
        others[_place(other.notification)].append(other)
    senders: list[LeasedNotification] = []
    riders: dict[UUID, UUID] = {}
    told: dict[UUID, UUID] = {}
    waiting: dict[UUID, datetime] = {}
    for place, group in groups.items():
        last = others[place][0] if group[0].kind in PACED_KINDS and others[place] else None
        if last is not None:
            known = {one.id for one in group if _was_told(one, last)}
            told |= dict.fromkeys(known, last.id)
            waiting |= {one.id: _turn_after(last, lease.at) for one in group if one.id not in known}
            continue
        carrier, *rest = sorted(group, key=lambda one: one.id)
        sent = next((other for other in others[place] if other.sent_at is not None), None)
        before = next((other for other in others[place] if other.sent_at is None and other.id < carrier.id), None)
        if sent is not None:
            told |= {one.id: sent.id for one in group}
        elif before is not None:
            waiting |= {one.id: max(before.due_at, lease.at) + WAITS for one in group}
        else:
            senders.append(carrier)
            riders |= {one.id: carrier.id for one in rest}
    return MergePlan(tuple(senders), riders, told, waiting)


def _was_told(one: LeasedNotification, last: OtherNotification) -> bool:
    """Whether the last email was sent after what this one is about had happened."""
    return last.sent_at is not None and one.happened_at is not None and one.happened_at <= last.sent_at


def _turn_after(last: OtherNotification, at: datetime) -> datetime:
    """When the same person may be notified again: a while after the last email, once it is known to be sent."""
    return max(last.due_at, at) + WAITS if last.sent_at is None else last.sent_at + PACE


def outcomes_of_merged(
    leased: Iterable[LeasedNotification], plan: MergePlan, sent: Mapping[UUID, SentNotification], at: datetime
) -> list[SentNotification]:
    """The outcomes of notifications that weren't sent themselves.

    A rider shares the outcome of its carrier unless that was parked: then the next rider is tried.
    """
    outcomes = []
    for one in leased:
        if one.id in plan.told:
            outcomes.append(_carried(one, plan.told[one.id], at))
        elif one.id in plan.waiting:
            due = NotificationState.DUE
            outcomes.append(SentNotification(one.practice, one.id, due, plan.waiting[one.id], one.deferrals))
        elif one.id in plan.riders:
            outcomes.append(_ridden(one, sent[plan.riders[one.id]], at))
    return outcomes


def _place(one: LeasedNotification) -> Place:
    # What is urgent is told of by an email that says so.
    return one.practice, one.kind.value, one.address.casefold(), one.event or str(one.id), one.urgent


def _carried(one: LeasedNotification, carrier: UUID, at: datetime) -> SentNotification:
    state, reason = NotificationState.SUPPRESSED, Suppression.MERGED
    return SentNotification(one.practice, one.id, state, at, one.deferrals, reason, carrier=carrier)


def _ridden(one: LeasedNotification, carrier: SentNotification, at: datetime) -> SentNotification:
    match carrier.state:
        case NotificationState.SENT:
            return _carried(one, carrier.id, at)
        case NotificationState.PARKED:
            return SentNotification(one.practice, one.id, NotificationState.DUE, at, one.deferrals)
    due = NotificationState.DUE
    return SentNotification(one.practice, one.id, due, carrier.due_at, carrier.deferrals, carrier.reason)
