"""What the page of a message offers to put it off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from adapters.http.pages.kit.times import soon
from router.messages.inbox import InboxItem
from router.messages.snooze import LONGEST_SNOOZE, latest_snooze
from router.messaging.snapshot import PracticeSnapshot

MORNING = time(8)
MONDAY = 0


@dataclass(frozen=True, slots=True)
class SnoozeView:
    """Moments to choose as labels and values, and until when it may be put off at most, where that is soon."""

    choices: Sequence[tuple[str, str]]
    latest: datetime | None
    sleeps: bool
    until: datetime | None

    @property
    def is_too_late(self) -> bool:
        """Whether it can't be put off at all."""
        return not self.choices and self.latest is not None


def snooze_view(item: InboxItem, snapshot: PracticeSnapshot) -> SnoozeView:
    """An hour, three hours, tomorrow and next Monday at eight of the practice's clock, as far as they are possible."""
    now, zone = snapshot.at, ZoneInfo(snapshot.practice.time_zone)
    latest = latest_snooze(item, now)
    morning = _morning(now, zone, 1)
    next_monday = _morning(now, zone, 7 - now.astimezone(zone).weekday() + MONDAY)
    moments = [
        ("In an hour", now + timedelta(hours=1)),
        ("In three hours", now + timedelta(hours=3)),
        ("Tomorrow", morning),
        *([("Next Monday", next_monday)] if next_monday != morning else []),
    ]
    choices = [
        (f"{label}, {soon(moment, now, snapshot.practice.time_zone)}", moment.isoformat())
        for label, moment in moments
        if moment <= latest
    ]
    is_bound = latest < now + LONGEST_SNOOZE
    return SnoozeView(choices, latest if is_bound else None, item.sleeps(now), item.snoozed_until)


def _morning(now: datetime, zone: ZoneInfo, days: int) -> datetime:
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, MORNING, zone).astimezone(UTC)
