"""From where on a process looks for what waits: before that it found nothing."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

# What is committed later than this after its own moment is found when a process looks back, which it does so often.
LATE = timedelta(seconds=2)
LOOK_BACK_EVERY = timedelta(seconds=4)
LOOK_BACK_BY = timedelta(seconds=30)
# A look from the very beginning may take this share of a process's time.
SHARE_OF_TIME = 1 / 100


@dataclass(slots=True)
class Floor:
    """The moment before which nothing waits, as far as this process knows; None: look from the very beginning.

    Rows that are done stay in the index for as long as anybody's snapshot could see them. A look that began with the
    oldest of them would take longer the more was done since that snapshot was taken.
    """

    begins: datetime | None = None
    looked_back_at: datetime | None = None
    whole_at: datetime | None = None

    def rise(self, now: datetime, oldest: datetime | None) -> None:
        """Note the oldest that was found: what comes is due now or later, but for what is committed late."""
        late = LATE
        if self.looked_back_at is None or now - self.looked_back_at >= LOOK_BACK_EVERY:
            self.looked_back_at, late = now, LOOK_BACK_BY
        self.begins = min(oldest or now, now - late)

    def is_time_for_all(self, now: datetime) -> bool:
        """Whether to look from the very beginning now, which the next look then does."""
        if self.whole_at is not None and now < self.whole_at:
            return False
        self.begins = None
        return True

    def took(self, now: datetime, taken: timedelta) -> None:
        """Note how long it takes to look from the very beginning, which must not be done all the time."""
        self.whole_at = now + taken / SHARE_OF_TIME


@dataclass(frozen=True, slots=True)
class Floors:
    """The floors of one process."""

    routing: Floor = field(default_factory=Floor)
    notifications: Floor = field(default_factory=Floor)
    escalation: Floor = field(default_factory=Floor)
