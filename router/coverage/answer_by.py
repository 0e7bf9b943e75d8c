"""When patients can expect an answer, and whether the practice is open."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from router.coverage.hours import OpeningHours, is_open, moment_after, next_opening
from router.messages.compose import ComposeForm
from router.messaging.settings import MessagingSettings
from router.messaging.snapshot import PracticeSnapshot
from router.practice.people import Practice
from router.practice.topics import Topic

# The zone of an IANA name; None where there is none of this name.
Zones = Callable[[str], tzinfo | None]


def opening_hours(
    practice: Practice, messaging: MessagingSettings, site: str | None, zones: Zones
) -> OpeningHours | None:
    """The hours at a site, or of the practice (None); None if none are set."""
    hours = messaging.hours.in_force(site)
    zone = zones(messaging.hours.time_zone(site) or practice.time_zone) if hours else None
    if hours is None or zone is None:
        return None
    return OpeningHours(zone, hours.weekly, hours.dates, hours.round_the_clock)


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """Answer times at the moment of the snapshot. They are the same for all patients, so each is computed once."""

    snapshot: PracticeSnapshot
    zones: Zones
    _hours: dict[str | None, OpeningHours | None] = field(default_factory=dict, repr=False, compare=False)
    _known: dict[tuple[str | None, Topic], datetime | None] = field(default_factory=dict, repr=False, compare=False)

    def hours(self, site: str | None) -> OpeningHours | None:
        """The opening hours at this site; None where none are set."""
        if site not in self._hours:
            snapshot = self.snapshot
            self._hours[site] = opening_hours(snapshot.practice, snapshot.messaging, site, self.zones)
        return self._hours[site]

    def answer_by(self, site: str | None, topic: Topic) -> datetime | None:
        """When a message written now is usually answered by; None if patients aren't told a time."""
        if (site, topic) not in self._known:
            self._known[site, topic] = self._answer_by(site, topic)
        return self._known[site, topic]

    def _answer_by(self, site: str | None, topic: Topic) -> datetime | None:
        minutes = self.snapshot.messaging.answer_within_of(site, topic)
        hours = self.hours(site) if minutes else None
        return None if hours is None else moment_after(hours, self.snapshot.at, timedelta(minutes=minutes))

    def on(self, form: ComposeForm) -> ComposeForm:
        """The compose form with its times: whether the practice is open, and when each topic is usually answered."""
        hours = self.hours(form.site)
        topics = tuple(replace(offered, answer_by=self.answer_by(form.site, offered.topic)) for offered in form.topics)
        if hours is None:
            return replace(form, topics=topics)
        opened = is_open(hours, self.snapshot.at)
        return replace(
            form, topics=topics, open=opened, opens_at=None if opened else next_opening(hours, self.snapshot.at)
        )
