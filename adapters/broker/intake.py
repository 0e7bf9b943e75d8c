"""The consumer of the intake queue: a loop that goes on whatever happens to the broker or the database."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from threading import Event
from time import monotonic

from adapters.broker.outages import Report, outlast
from adapters.broker.queue import Claims
from adapters.broker.reading import read
from router.operations.quarantine import IntakeMessage

IDLE_SECONDS = 0.05
RESTORE_SECONDS = 2

Open = Callable[[], AbstractContextManager[Claims]]
Take = Callable[[Sequence[IntakeMessage]], object]


class Intake:
    """Claims batches, has them stored, and acknowledges them after that.

    `take` returns when everything is committed and raises when it is not: then the batch goes back to the queue, and
    after a pause it is claimed again, here or elsewhere. No more than one batch is held at any time.
    """

    def __init__(self, open_claims: Open, take: Take, report: Report) -> None:
        self._open_claims = open_claims
        self._take = take
        self._report = report

    def run(self, stopped: Event) -> None:
        """Go on until it is stopped; the batch that is under way is finished."""
        outlast(lambda: self._turns(stopped), self._report, stopped)

    def _turns(self, stopped: Event) -> Iterator[None]:
        """Yield after each batch until stopped, so that the caller can check that all is well."""
        restored_at = float("-inf")
        with self._open_claims() as claims:
            while not stopped.is_set():
                if monotonic() - restored_at > RESTORE_SECONDS:
                    claims.restore()
                    restored_at = monotonic()
                if not self._turn(claims):
                    stopped.wait(IDLE_SECONDS)
                yield

    def _turn(self, claims: Claims) -> bool:
        """Whether there was anything."""
        claimed = claims.claim()
        if not claimed:
            return False
        try:
            self._take([read(payload) for _, payload in claimed])
        except Exception:
            claims.release(claimed)
            raise
        claims.acknowledge(claimed)
        return True
