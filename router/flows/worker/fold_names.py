"""Folding the names of patients that nobody has folded yet."""

from collections.abc import Callable
from dataclasses import dataclass

from router.ports.unit_of_work import Database

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class FoldNames:
    """Indexes patients that were stored by a release without the index; the sweep runs it."""

    database: Database

    def run(self, goes_on: Callable[[], bool]) -> None:
        """Fold the names, a few at a time, for as long as it may continue."""
        while goes_on() and self._fold() == AT_ONCE:
            pass

    def _fold(self) -> int:
        with self.database.look() as work:
            # Nearly always there is nothing to fold, and a look disturbs nobody.
            if not work.roster.has_unfolded():
                return 0
        with self.database.begin() as work:
            folded = work.roster.fold(AT_ONCE)
            work.commit()
        return folded
