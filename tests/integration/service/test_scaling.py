"""Any number of workers share a backlog, whoever joins and leaves."""

from tests.chaos.frontend import Frontend
from tests.chaos.stack import Stack
from tests.chaos.verdict import judge, settle
from tests.integration.service.conftest import ON_THE_STACK
from tests.processes import wait_for

pytestmark = ON_THE_STACK

BACKLOG, TOGETHER = 600, 300
# Eight workers keep one small mail server busy: an email that is given up as too slow would be sent twice.
PATIENT_SECONDS = 30


def test_two_four_and_eight_workers_share_backlogs_and_whoever_joins_or_leaves_changes_nothing(
    stack: Stack, frontend: Frontend
) -> None:
    """Those that join and those that leave do so in the middle of a backlog."""
    before = judge(stack, frontend)
    for wanted in (2, 4, 8, 4):
        frontend.write(BACKLOG, together=TOGETHER)
        while len(stack.workers) < wanted:
            stack.start_worker(send_seconds=PATIENT_SECONDS)
        leaving = stack.workers[: len(stack.workers) - wanted]
        frontend.wait()
        for worker in leaving:
            assert stack.stop_worker(worker) == 0
        wait_for(lambda: all(map(stack.is_at_work, stack.workers)), "all workers", 60)
    settle(stack)

    verdict = judge(stack, frontend)

    assert verdict.problems == ()
    # Nobody died here: not one email was sent twice.
    assert (verdict.repeats, verdict.lost_batches) == (before.repeats, before.lost_batches)
