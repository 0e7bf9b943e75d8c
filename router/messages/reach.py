"""Which entries of a conversation a member of staff sees at once, and which only on request.

Somebody who joined a conversation by a ladder step, on call, by a corrected topic, or by a forward of one message sees
it from that message on; earlier entries are shown on request, which is audited. Somebody whose message has gone to
others sees what they could read until then. Owners, chosen providers and the care team see everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from router.messages.cascade import HandOver, Step
from router.messages.states import OPEN, DeliveryState

# Ways into a conversation that begin with the message that somebody got.
FROM_HERE_ON = frozenset({HandOver.STEP, HandOver.OVERDUE, HandOver.ON_CALL, HandOver.CORRECTION, HandOver.FORWARD})


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A message of a conversation that somebody has or had: how they got it, and when it left them (None: not known).

    `whole` says that the whole conversation was forwarded with it.
    """

    written_at: datetime
    reason: Step | HandOver
    state: DeliveryState
    moved_at: datetime | None = None
    whole: bool = False

    @property
    def begins_here(self) -> bool:
        """Whether its holder at first sees nothing from before it."""
        return self.reason in FROM_HERE_ON and not self.whole

    def was_done_since(self, moment: datetime) -> bool:
        """Whether it was written after this time and its holder has finished it."""
        return self.state is DeliveryState.DONE and self.written_at > moment


@dataclass(frozen=True, slots=True)
class Reach:
    """The entries that somebody sees: from `since` (None: the first) until `until` (None: the last)."""

    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is all of the conversation."""
        return self.since is None and self.until is None

    def shows(self, at: datetime) -> bool:
        """Whether an entry written at this time is visible."""
        return (self.since is None or self.since <= at) and (self.until is None or at <= self.until)


def reach_of(held: Sequence[HeldMessage]) -> Reach:
    """What somebody sees whose only connection with a conversation is that they have or had these messages."""
    since = None
    if all(one.begins_here for one in held):
        since = min((one.written_at for one in held), default=None)
    moved = [one.moved_at for one in held if one.state is DeliveryState.MOVED and one.moved_at is not None]
    until = max(moved, default=None)
    if until is not None and any(one.state in OPEN or one.was_done_since(until) for one in held):
        return Reach(since)
    return Reach(since, until)
