"""The gaps that a change of settings, staff or absences opens; shared by the use cases that make one."""

from router.coverage.gaps import Gap, counts_may_matter, gaps, opened
from router.messaging.snapshot import PracticeSnapshot
from router.ports.unit_of_work import UnitOfWork


def opened_gaps(work: UnitOfWork, before: PracticeSnapshot, after: PracticeSnapshot) -> tuple[Gap, ...]:
    """The gaps of `after` that `before` didn't have, over the charts as they are stored.

    Charts are counted only where that can make a difference: most changes of staff are over without.
    """
    inactive = {member.id for member in after.staffing.members.values() if not member.active}
    leavers = [member.id for member in before.staffing.members.values() if member.active and member.id in inactive]
    chosen = bool(leavers) and work.coverage.leave_without_choice(after.practice.id, leavers, inactive)
    if not chosen and not counts_may_matter(before, after):
        return ()
    return opened(gaps(before, work.coverage.count_patients(before)), gaps(after, work.coverage.count_patients(after)))
