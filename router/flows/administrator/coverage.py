"""The gaps that a change of settings, staff or absences opens; shared by the use cases that make one."""

from router.coverage.gaps import Gap, gaps, opened, opened_without_counting
from router.messaging.snapshot import PracticeSnapshot
from router.ports.unit_of_work import UnitOfWork


def opened_gaps(work: UnitOfWork, before: PracticeSnapshot, after: PracticeSnapshot) -> tuple[Gap, ...]:
    """The gaps of `after` that `before` didn't have, with the charts as they are stored.

    Charts are counted only if that can make a difference: most staff changes don't need it.
    """
    inactive = {member.id for member in after.staffing.members.values() if not member.active}
    leavers = [member.id for member in before.staffing.members.values() if member.active and member.id in inactive]
    chosen = bool(leavers) and work.coverage.leave_without_choice(after.practice.id, leavers, inactive)
    found = None if chosen else opened_without_counting(before, after)
    if found is None:
        counts = [work.coverage.count_patients(practice) for practice in (before, after)]
        return opened(gaps(before, counts[0]), gaps(after, counts[1]))
    has_sites = after.messaging.by_site and any(gap.site is None for gap in found)
    if has_sites and not work.coverage.any_without_site(after):
        return tuple(gap for gap in found if gap.site is not None)
    return found
