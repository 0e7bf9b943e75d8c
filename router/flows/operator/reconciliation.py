"""Reconciliation: promises 1 to 4 checked from the tables, over all practices."""

from collections.abc import Mapping
from dataclasses import dataclass

from router.operations.reconciliation import Breach
from router.ports.unit_of_work import Database


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
        """Check everything as of one moment."""
        with self.database.snapshot() as work:
            return Reconciled(work.reconciliation.counted(), tuple(work.reconciliation.breaches()))
