"""Steps of ladders beside messages: what patients have just written comes before what has waited for hours."""

from collections.abc import Callable
from dataclasses import dataclass

from router.flows.worker.escalate import Escalate, EscalatedBatch

# In one sweep while messages wait: with a sweep every 5 s they take about a twentieth of a worker's time.
BATCHES_BESIDE_MESSAGES = 2


@dataclass(frozen=True, slots=True)
class PacedSteps:
    """Carries out steps as far as messages leave room for them."""

    escalate: Escalate

    def hinted(self) -> EscalatedBatch:
        """Carry out one batch, unless messages wait to be routed, however many hints were published before they came.

        Then steps go on in the sweep alone.
        """
        return EscalatedBatch() if self._messages_wait() else self.escalate.run()

    def swept(self, goes_on: Callable[[], bool]) -> EscalatedBatch:
        """Carry out one batch, and some more while messages wait to be routed and `goes_on`."""
        total = done = self.escalate.run()
        for _ in range(BATCHES_BESIDE_MESSAGES - 1):
            if done.looked_at < self.escalate.batch or not goes_on() or not self._messages_wait():
                break
            done = self.escalate.run()
            total = total.plus(done)
        return total

    def _messages_wait(self) -> bool:
        with self.escalate.database.look() as work:
            return work.routing.is_due()
