"""What ladders would have done with past messages, using only their metadata; no text is read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from router.coverage.timeline import MINUTE, Timeline
from router.messaging.ladder import Condition, Do, Ladder
from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic

COUNTS_IN_WORDS = {
    Do.REMIND: "reminded people about {}",
    Do.WIDEN: "given {} to more people",
    Do.HAND_OVER: "handed over {}",
    Do.ALERT: "alerted you to {}",
}
NEW_HOLDERS = frozenset({Do.WIDEN, Do.HAND_OVER})


@dataclass(frozen=True, slots=True)
class PastMessage:
    """When a message was accepted, first opened, and answered or done; None: not yet."""

    site: str | None
    topic: Topic
    accepted_at: datetime
    opened_at: datetime | None
    ended_at: datetime | None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Replay:
    """The number of messages replayed, and how many of them each kind of step would have reached."""

    messages: int
    reached: Mapping[Do, int] = field(default_factory=dict)
    fired: int = 0

    @property
    def counts_in_words(self) -> list[str]:
        """What each kind of step would have done and to how many messages, leaving out those that reach none."""
        return [words.format(f"{self.reached[do]:,}") for do, words in COUNTS_IN_WORDS.items() if self.reached.get(do)]


@dataclass(frozen=True, slots=True)
class MovedMessages:
    """Messages of a topic and site that would have gone to other recipients; no recipients: the patient chooses."""

    site: str | None
    topic: Topic
    before: tuple[str, ...]
    after: tuple[str, ...]
    messages: int


def moved(past: Iterable[PastMessage], before: MessagingSettings, after: MessagingSettings) -> list[MovedMessages]:
    """The places at which the recipients differ, each with the number of messages written there."""
    counted = Counter((message.site, message.topic) for message in past)
    found = (
        MovedMessages(
            site, topic, before.in_force(site)[topic].recipients, after.in_force(site)[topic].recipients, messages
        )
        for (site, topic), messages in sorted(counted.items(), key=lambda one: (one[0][0] or "", one[0][1]))
    )
    return [one for one in found if one.before != one.after]


def replay(
    past: Iterable[PastMessage], messaging: MessagingSettings, lines: Mapping[str | None, Timeline | None], at: datetime
) -> Replay:
    """Count the steps that would have been carried out until `at`; `lines` are the opening hours of every site."""
    looked_at, fired = 0, 0
    reached: Counter[Do] = Counter()
    for message in past:
        looked_at += 1
        climb = _climb_urgently if message.urgent and messaging.urgent_ladder else _climb
        dos = climb(message, messaging, lines.get(message.site), at)
        fired += len(dos)
        reached.update(set(dos))
    return Replay(looked_at, reached, fired)


def _climb(message: PastMessage, messaging: MessagingSettings, line: Timeline | None, at: datetime) -> list[Do]:
    """What the ladder of its place and topic does; nothing without opening hours."""
    if line is None:
        return []
    return carried_out(messaging.ladder_of(message.site, message.topic), *_opening_minutes(message, line, at))


def _climb_urgently(
    message: PastMessage, messaging: MessagingSettings, line: Timeline | None, at: datetime
) -> list[Do]:
    """What the ladder of urgent messages does: on the clock where somebody is on call, else its alert alone is."""
    steps, on_clock = messaging.urgent_ladder, _clock_minutes(message, at)
    if messaging.on_call:
        return carried_out(steps, *on_clock)
    others = carried_out(steps, *_opening_minutes(message, line, at)) if line is not None else []
    return [do for do in others if do is not Do.ALERT] + carried_out(steps[-1:], *on_clock)


def _opening_minutes(message: PastMessage, line: Timeline, at: datetime) -> tuple[float, float]:
    """After how much opening time it was first opened, and ended."""
    begun = line.minutes_until(message.accepted_at)
    moments = (message.opened_at or at, message.ended_at or at)
    opened, ended = (line.minutes_until(moment) - begun for moment in moments)
    return opened, ended


def _clock_minutes(message: PastMessage, at: datetime) -> tuple[float, float]:
    """The same on the clock."""
    moments = (message.opened_at or at, message.ended_at or at)
    opened, ended = ((moment - message.accepted_at) / MINUTE for moment in moments)
    return opened, ended


def carried_out(steps: Ladder, opened: float, ended: float) -> list[Do]:
    """The steps carried out for a message that is opened and answered so many minutes of opening time after acceptance.

    Each step is carried out on time, and new holders of the message are given as much time as the first step gives.
    """
    dos: list[Do] = []
    last, before, free_from = 0.0, 0, 0.0
    for step in steps:
        moment, distance = float(step.after), step.after - before
        before = step.after
        if step.do is not Do.ALERT:
            moment = max(moment, last + distance if dos else 0.0, free_from)
        if moment >= ended or (step.condition is Condition.UNOPENED and moment >= opened):
            continue
        dos.append(step.do)
        last = moment
        if step.do in NEW_HOLDERS:
            free_from = moment + steps[0].after
    return dos
