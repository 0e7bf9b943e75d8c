"""Leavers' messages that are still to be routed again: there were too many for the moment in which they left."""

from collections.abc import Callable
from dataclasses import dataclass

from router.actors import WORKER
from router.flows.hand_over import return_to_cascade
from router.flows.worker.each import count_each
from router.ports.services import Hints, Ids
from router.ports.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class ReturnFromLeavers:
    """Routes them again, some at a time, with a transaction for each; several workers may do it at once."""

    database: Database
    hints: Hints
    ids: Ids
    report: Callable[[str, str, Exception], None]

    def run(self, goes_on: Callable[[], bool]) -> int:
        """Go on until there are none, or it is time to stop; returns how many found a new recipient."""
        with self.database.look() as work:
            practices = work.leavers.noted()
        moved = count_each(
            practices,
            lambda practice: self._all(practice, goes_on),
            lambda practice, error: self.report("leavers", practice, error),
        )
        if moved:
            self.hints.notify()
        return moved

    def _all(self, practice: str, goes_on: Callable[[], bool]) -> int:
        moved = 0
        while goes_on():
            found = self._some(practice)
            if found is None:
                break
            moved += found
        return moved

    def _some(self, practice: str) -> int | None:
        """None if none are left, or somebody else is at it: a worker, or who changes the practice."""
        with self.database.begin() as work:
            if practice not in work.practices.hold([practice]):
                return None
            after = work.leavers.take(practice)
            if after is None:
                return None
            returned = return_to_cascade(work, self.ids, practice, WORKER, after)
            work.commit()
        return len(returned.moved)
