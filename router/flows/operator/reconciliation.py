"""Reconciliation: promises 1 to 4, and the steps of ladders, checked from the tables, over all practices."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from router.operations.reconciliation import Breach, Key
from router.ports.unit_of_work import Database

# So many messages are looked at in one snapshot, which takes a fraction of a second.
A_SLICE = 2_000


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was looked at, and every row that breaks a promise."""

    counted: Mapping[str, int]
    breaches: tuple[Breach, ...]

    def in_words(self) -> str:
        """The line that sums it up."""
        looked_at = ", ".join(f"{count} {what}" for what, count in self.counted.items())
        verdict = f"{len(self.breaches)} breaches" if self.breaches else "all promises hold"
        return f"Reconciled {looked_at}: {verdict}."


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Compares what was accepted with what was delivered and notified."""

    database: Database

    def run(self) -> Reconciled:
        """Check everything, slice by slice, each as of one moment.

        A message changes together with its deliveries and their notifications, so that no slice sees half of that. One
        snapshot of everything would keep PostgreSQL from clearing away what is updated meanwhile.
        """
        with self.database.look() as work:
            counted = work.reconciliation.counted()
        found = [*self._slices()]
        with self.database.snapshot() as work:
            found += work.reconciliation.in_flight()
        return Reconciled(counted, tuple(found))

    def _slices(self) -> Iterator[Breach]:
        after: Key | None = None
        while True:
            with self.database.snapshot() as work:
                checked = work.reconciliation.slice(after, A_SLICE)
            yield from checked.breaches
            after = checked.last
            if after is None:
                return
