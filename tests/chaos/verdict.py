"""What is promised, held against the database, the frontend's own list and the mail server's."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.chaos.frontend import Frontend
from tests.chaos.stack import RECIPIENTS, Stack
from tests.chaos.witness import DELIVERED, HASTEN, LEFT, LOST_BATCHES, STEPS_TOLD, TOLD, TOLD_OF_WAITING
from tests.processes import wait_for

SETTLE_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Verdict:
    """The final count, and everything that is missing, doubled or not explained."""

    accepted: int
    deliveries: int
    emails: int
    repeats: int
    lost_batches: int
    lost_processes: int
    problems: tuple[str, ...]


def settle(stack: Stack, seconds: float = SETTLE_SECONDS) -> None:
    """Wait until everything has arrived; a person requeues what is parked, and what was deferred is due at once."""
    wait_for(lambda: _is_settled(stack), "everything arrives", seconds)


def _is_settled(stack: Stack) -> bool:
    left = stack.ask(LEFT)[0]
    if any(left):
        stack.ask(HASTEN)
        portal = stack.portal
        for item in portal.call("GET", "/v1/ops/parked?limit=200")[1]["items"]:
            assert portal.call("POST", f"/v1/ops/parked/{item['id']}/requeue")[0] < 300, item
    return not any(left)


def judge(stack: Stack, frontend: Frontend) -> Verdict:
    """Everything must have settled before."""
    # Connections from before a fault are of no use.
    stack.house.engine.dispose()
    told = {f"<{row[0]}@localhost>": (row[1], row[2]) for row in stack.ask(TOLD)}
    # What was sent by now must have arrived, and what arrives meanwhile is somebody's.
    waiting = _told_of_waiting(stack, only_sent=True)
    delivered = stack.ask(DELIVERED)
    (lost_batches,) = stack.ask(LOST_BATCHES)[0]
    sent = Counter(one.message_id for one in stack.relay.accepted)
    problems = [
        *frontend.wrong,
        *(f"{key} has no 202" for key in frontend.topics if key not in frontend.receipts),
        *_misdelivered(frontend, {key: (message, staff) for message, key, staff in delivered}),
        *_mistold(stack, told | waiting, told | _told_of_waiting(stack, only_sent=False), sent),
        *(
            f"step {step} of {message} told {staff} {times} times"
            for message, step, staff, times in stack.ask(STEPS_TOLD)
        ),
        *(f"{key}: {problem}" for key, problem in stack.house.breaches().items()),
    ]
    if lost_batches > stack.lost_processes:
        problems.append(f"{lost_batches} batches were lost, but only {stack.lost_processes} processes killed or cut")
    return Verdict(
        accepted=len(frontend.receipts),
        deliveries=sum(len(staff) for _, _, staff in delivered),
        emails=len(sent),
        repeats=sum(sent.values()) - len(sent),
        lost_batches=lost_batches,
        lost_processes=stack.lost_processes,
        problems=tuple(problems),
    )


def _misdelivered(frontend: Frontend, delivered: dict[str, tuple[str, list[str]]]) -> Iterator[str]:
    """Every 202 is in the inboxes of exactly those whom its topic names, and nothing else is anywhere."""
    for key in frontend.receipts.keys() | delivered.keys():
        message, staff = delivered.get(key, ("nothing", []))
        if frontend.receipts.get(key) != message:
            yield f"{key} was accepted as {frontend.receipts.get(key)}, stored is {message}"
        elif staff != sorted(RECIPIENTS[frontend.topics[key]] or ()):
            yield f"{key} is in the inboxes of {staff}"


def _told_of_waiting(stack: Stack, *, only_sent: bool) -> dict[str, tuple[str, int]]:
    rows = stack.ask(TOLD_OF_WAITING)
    return {f"<{row[0]}@localhost>": (row[1], row[2]) for row in rows if row[3] or not only_sent}


def _mistold(
    stack: Stack, due: dict[str, tuple[str, int]], told: dict[str, tuple[str, int]], sent: Counter[str]
) -> Iterator[str]:
    """Every notification that was due was sent to its address, and each repeat has a reason."""
    yield from (f"{one} was never sent" for one in due.keys() - sent.keys())
    yield from (f"{one} is nobody's notification" for one in sent.keys() - told.keys())
    for email in stack.relay.accepted:
        if email.message_id in told and told[email.message_id][0] != email.recipient:
            yield f"{email.message_id} was sent to {email.recipient}"
    for message_id, (_, explained) in told.items():
        if sent[message_id] > 1 + explained:
            yield f"{message_id} was sent {sent[message_id]} times, of which {explained} are explained"
