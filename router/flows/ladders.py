"""Beginning runs of ladders: when messages are routed, and when somebody reopens a message."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from router.coverage.answer_by import opening_hours
from router.coverage.ladder_decisions import Ending
from router.coverage.ladders import DueStep, NewRuns, Progress, Run, next_step
from router.messages.inbox import InboxItem
from router.messages.priority import Priority
from router.messages.routing import Claim, ClaimedBatch
from router.messaging.settings import MessagingSettings
from router.ports.services import TimeZones
from router.ports.unit_of_work import UnitOfWork
from router.practice.people import Practice
from router.practice.topics import Topic


def begin_ladders(work: UnitOfWork, batch: ClaimedBatch, zones: TimeZones) -> None:
    """Begin the first run of each message that has a ladder, counted from when it was accepted.

    For practices without ladders, which are most, nothing is read.
    """
    claims: dict[str, list[Claim]] = defaultdict(list)
    for claim in batch.messages:
        claims[claim.practice].append(claim)
    for practice, some in claims.items():
        tenant = batch.practices[practice]
        messaging = work.messaging.current(tenant)
        if messaging.has_ladder:
            work.ladders.begin(list(_first_runs(work, tenant, some, zones)))


def _first_runs(work: UnitOfWork, tenant: Practice, claims: list[Claim], zones: TimeZones) -> Iterator[NewRuns]:
    messaging = work.messaging.current(tenant)
    places = {claim.site for claim in claims}
    hours = {site: opening_hours(tenant, messaging, site, zones.get) for site in places}
    # What was never tried before has no run.
    returned = [claim.message for claim in claims if claim.returned]
    known = work.ladders.known(tenant.id, returned) if returned else frozenset()
    alike: dict[tuple[str | None, str, bool, datetime], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.message not in known:
            alike[claim.site, claim.topic, claim.urgent, claim.accepted_at].append(claim)
    for (site, topic, urgent, at), some in alike.items():
        steps = messaging.ladder_for(site, Topic(topic), urgent=urgent)
        run = with_clock(Run(tenant.id, some[0].message, 1, at, at, steps), messaging, urgent=urgent)
        if steps and (hours[site] is not None or run.urgent):
            yield NewRuns(run, [claim.message for claim in some], next_step(run, Progress(), hours[site]))


def with_clock(run: Run, messaging: MessagingSettings, *, urgent: bool) -> Run:
    """The run, on clock time if it is that of an urgent message and somebody is on call."""
    if not urgent or not messaging.urgent_ladder:
        return run
    return replace(run, urgent=True, on_clock=bool(messaging.on_call))


def begin_next_run(work: UnitOfWork, tenant: Practice, item: InboxItem, *, answered: bool) -> None:
    """Begin the next run of a message that waits again, with the steps in force now, if it has had a run.

    If it was `answered` before, the alert counts from now; otherwise from the message's first clock. The run is due at
    once, so that a worker computes when its first step is due.
    """
    before = work.ladders.latest(tenant.id, item.message)
    if before is not None:
        begin_run(work, tenant, item, clock=work.now() if answered else before.clock, answered=answered)


def begin_run(work: UnitOfWork, tenant: Practice, item: InboxItem, *, clock: datetime, answered: bool = False) -> None:
    """End the message's run, if it has one, and begin the next under the priority and the topic that `item` has.

    Administrators who were alerted of it keep it on their list until it is `answered`: where there is no ladder under
    its new topic or priority, its run has no steps, and the sweep has it looked at until the message is done.
    """
    before = work.ladders.latest(tenant.id, item.message)
    work.ladders.end(tenant.id, item.message, Ending.RENEWED)
    messaging, urgent = work.messaging.current(tenant), item.priority is Priority.URGENT
    steps = messaging.ladder_for(item.site, item.topic, urgent=urgent)
    alerted_at = before.alerted_at if before is not None and not answered else None
    if item.waits and (steps or alerted_at is not None):
        now, number = work.now(), before.number + 1 if before is not None else 1
        run = Run(tenant.id, item.message, number, now, clock, steps, alerted_at=alerted_at)
        run = with_clock(run, messaging, urgent=urgent)
        work.ladders.begin([NewRuns(run, [run.message], DueStep(0, steps[0], now) if steps else None)])
