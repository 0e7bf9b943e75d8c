"""When the hints of one queue go out: at once after a silence, and ever more seldom the more of them come."""

from dataclasses import dataclass, field

# The next hint goes out no sooner than this after the one before.
QUIET_SECONDS = 0.02
# While hints keep coming the time doubles up to this: fewer and fuller batches leave more of the machine to accepting.
BUSY_SECONDS = 0.16
# No worker looks for work sooner than this after the hint that wakes it. Whatever was asked for by then it will find;
# for what comes later, the hint after a silence may have come too early.
SOON_SECONDS = 0.004


@dataclass(slots=True)
class Pace:
    """The hints that one queue is still to get. What waits is bounded: it is a number.

    All moments are seconds of the same clock, which never goes back.
    """

    wanted: int = 0
    _asked_at: float = field(init=False, default=float("-inf"))
    _taken_at: float = field(init=False, default=float("-inf"))
    _quiet: float = field(init=False, default=0.0)
    _breaks_silence: bool = field(init=False, default=False)

    def ask(self, hints: int, now: float) -> None:
        """As many hints are wanted; more than are wanted already add nothing."""
        if hints:
            self.wanted = max(self.wanted, hints)
            self._asked_at = now

    def wait(self, now: float) -> float | None:
        """In how many seconds a hint may go out, at once from 0 on; None where none is wanted."""
        if not self.wanted:
            return None
        if self._breaks_silence and self._asked_at - self._taken_at >= SOON_SECONDS:
            return 0
        return self._taken_at + self._quiet - now

    def take(self, now: float) -> None:
        """A hint goes out."""
        busy = now - self._taken_at < 2 * self._quiet
        self._quiet = min(2 * self._quiet, BUSY_SECONDS) if busy else QUIET_SECONDS
        self._breaks_silence = not busy
        self._taken_at = now
        self.wanted -= 1
