"""Beginning runs of ladders: when messages are routed, and when somebody makes a message wait again."""

from collections import defaultdict
from collections.abc import Iterator

from router.coverage.answer_by import opening_hours
from router.coverage.ladder_decisions import Ending
from router.coverage.ladders import DueStep, Progress, Run, next_step
from router.messages.inbox import InboxItem
from router.messages.routing import Claim, ClaimedBatch
from router.ports.services import TimeZones
from router.ports.unit_of_work import UnitOfWork
from router.practice.people import Practice
from router.practice.topics import Topic


def begin_ladders(work: UnitOfWork, batch: ClaimedBatch, zones: TimeZones) -> None:
    """Begin the first run of each message that has a ladder, with the moment of acceptance as its clock.

    Most practices have none: for their messages nothing is read.
    """
    claims: dict[str, list[Claim]] = defaultdict(list)
    for claim in batch.messages:
        claims[claim.practice].append(claim)
    for practice, some in claims.items():
        tenant = batch.practices[practice]
        messaging = work.messaging.current(tenant)
        if messaging.has_ladder:
            work.ladders.begin(list(_first_runs(work, tenant, some, zones)))


def _first_runs(
    work: UnitOfWork, tenant: Practice, claims: list[Claim], zones: TimeZones
) -> Iterator[tuple[Run, DueStep | None]]:
    messaging = work.messaging.current(tenant)
    places = {claim.site for claim in claims}
    hours = {site: opening_hours(tenant, messaging, site, zones.get) for site in places}
    accepted = work.ladders.accepted_at(tenant.id, [claim.message for claim in claims])
    for claim in claims:
        steps, its_hours = messaging.ladder_of(claim.site, Topic(claim.topic)), hours[claim.site]
        if steps and its_hours is not None and claim.message in accepted:
            at = accepted[claim.message]
            run = Run(tenant.id, claim.message, 1, at, at, steps)
            yield run, next_step(run, Progress(), its_hours)


def begin_next_run(work: UnitOfWork, tenant: Practice, item: InboxItem, *, answered: bool) -> None:
    """Begin the next run of a message that waits again, with the steps in force now, if it has had a run.

    Where it was `answered` before, the alert counts from now; else it stays on the message's first clock. The run is
    looked at at once, which finds out when its first step is due.
    """
    before = work.ladders.latest(tenant.id, item.message)
    if before is None:
        return
    work.ladders.end(tenant.id, item.message, Ending.RENEWED)
    steps = work.messaging.current(tenant).ladder_of(item.site, item.topic)
    if steps:
        now = work.now()
        run = Run(tenant.id, item.message, before.number + 1, now, now if answered else before.clock, steps)
        work.ladders.begin([(run, DueStep(0, steps[0], now))])
