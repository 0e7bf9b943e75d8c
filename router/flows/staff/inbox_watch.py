"""What open pages poll for: whether somebody is still signed in, and whether their inbox has changed."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from router.access.sessions import LONGEST_SESSION
from router.messages.inbox import Pulse
from router.ports.unit_of_work import Database, UnitOfWork

EMPTY = Pulse(0, None)


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody watching their inbox in one session, identified by the digest of its token."""

    practice: str
    staff: str
    session: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class WatchInboxes:
    """Checks many inboxes at once: one statement for all sessions and one for each practice. No text is read."""

    database: Database
    idle: timedelta

    def look(self, watchers: Collection[Watcher]) -> Mapping[Watcher, Pulse]:
        """The inboxes of people whose session is still valid; watching doesn't extend the session."""
        with self.database.look() as work:
            seen_after, started_after = work.now() - self.idle, work.now() - LONGEST_SESSION
            lasting = work.sessions.lasting([one.session for one in watchers], seen_after, started_after)
            staff: dict[str, set[str]] = defaultdict(set)
            for watcher in watchers:
                if watcher.session in lasting:
                    staff[watcher.practice].add(watcher.staff)
            pulses = {practice: _pulses(work, practice, sorted(some)) for practice, some in staff.items()}
        return {one: pulses[one.practice].get(one.staff, EMPTY) for one in watchers if one.session in lasting}

    def unread(self, practice: str, staff: str) -> int:
        """How many deliveries one person has not read."""
        with self.database.look() as work:
            return work.inbox.unread(practice, staff)


def _pulses(work: UnitOfWork, practice: str, staff: Sequence[str]) -> dict[str, Pulse]:
    """The number of unread messages in these inboxes, and when something last arrived or came back."""
    pulses = work.inbox.pulses(practice, staff)
    for one, returned in work.snoozes.returned(practice, staff).items():
        pulse = pulses.get(one, EMPTY)
        pulses[one] = Pulse(pulse.unread, max(pulse.newest or returned, returned))
    return pulses
