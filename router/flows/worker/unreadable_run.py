"""What becomes of a run that can't be read: the administrators are alerted of its message, and it steps aside."""

from datetime import datetime

from router.coverage.ladder_decisions import Because, Decision
from router.coverage.ladders import DueStep
from router.flows.notices import notice_for
from router.messaging.ladder import Condition, Do, LadderStep
from router.ports.ladders import ClaimedRuns, Climbed, UnreadableRun
from router.ports.services import Ids
from router.ports.unit_of_work import UnitOfWork

ALERT = LadderStep(0, Condition.UNANSWERED, Do.ALERT)


def climb_unreadable(
    work: UnitOfWork, ids: Ids, batch: ClaimedRuns, claimed: UnreadableRun, again: datetime
) -> Climbed[UnreadableRun]:
    """The alert, once it has failed too often, and after that a look at `again`, and so on.

    Raises what keeps it from being read while it hasn't failed so often: that is counted.
    """
    if claimed.ending is not None:
        return Climbed(claimed, None)
    if claimed.was_alerted:
        return Climbed(claimed, again)
    if not claimed.failed:
        raise claimed.error
    staffing = work.roster.staffing(batch.practices[claimed.run.practice])
    decision = Decision(Do.ALERT, Because.STEP_FAILED, told=staffing.administrators())
    step = DueStep(claimed.last_step, ALERT, batch.at)
    notices = tuple(notice_for(ids, staffing, one) for one in decision.told)
    return Climbed(claimed, again, step=step, decision=decision, notices=notices)
