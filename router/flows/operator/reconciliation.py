"""Reconciliation: promises 1 to 4, and the steps of ladders, checked from the tables, over all practices."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from router.operations.reconciliation import Breach, Key, Slice
from router.ports.operations import Reconciliation
from router.ports.unit_of_work import Database

# So many messages or notifications are looked at in one snapshot, which takes a fraction of a second.
A_SLICE = 2_000
Look = Callable[[Reconciliation, Key | None], Slice]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was looked at, and how many rows break a promise."""

    counted: Mapping[str, int]
    broken: int

    def in_words(self) -> str:
        """The summary line."""
        looked_at = ", ".join(f"{count} {what}" for what, count in self.counted.items())
        verdict = f"{self.broken} breaches" if self.broken else "all promises hold"
        return f"Reconciled {looked_at}: {verdict}."


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Compares what was accepted with what was delivered and notified."""

    database: Database

    def run(self, found: Callable[[Breach], object]) -> Reconciled:
        """Check everything, slice by slice, each as of one moment; `found` is called with each row that is wrong.

        A message, its deliveries and their notifications change in one transaction, so no slice sees half a change. A
        single snapshot of everything would keep PostgreSQL from vacuuming in the meantime. Nothing is kept from one
        slice to the next, so memory use stays that of a slice, however much is stored or wrong.
        """
        counted: Counter[str] = Counter()
        broken = 0
        for checked in self._slices():
            counted.update(checked.counted)
            broken += len(checked.breaches)
            for breach in checked.breaches:
                found(breach)
        return Reconciled(counted, broken)

    def _slices(self) -> Iterator[Slice]:
        yield from self._walk(lambda tables, after: tables.slice(after, A_SLICE))
        yield from self._walk(lambda tables, after: tables.notifications(after, A_SLICE))

    def _walk(self, look: Look) -> Iterator[Slice]:
        after: Key | None = None
        while True:
            with self.database.snapshot() as work:
                checked = look(work.reconciliation, after)
            yield checked
            after = checked.last
            if after is None:
                return
