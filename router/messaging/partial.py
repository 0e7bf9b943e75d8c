"""Settings with absent parts, because they were written before those parts existed.

Absent parts stay as they were: a client or process of an older version never resets what it doesn't know.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from router.messaging.settings import MessagingSettings, TopicSet
from router.practice.topics import Topic

# The parts that a document may leave out, with what they are called in words.
PARTS = {
    "sites": "topics of sites",
    "hours": "opening hours",
    "answer_within": "answer-by",
    "phone": "phone number",
    "portal_url": "portal address",
    "email_name": "name in emails",
    "daily_conversations": "daily number of new conversations",
    "ladder": "ladder",
    "urgent_ladder": "ladder of urgent messages",
    "on_call": "who is on call",
    "red_flags": "red flags",
    "languages": "languages of red flags",
    "patients_may_say_urgent": "whether patients can mark messages as urgent",
}
# Those of the opening hours.
PARTS_OF_HOURS = ("practice", "sites")
PARTS_OF_PRACTICE_HOURS = ("weekly", "dates", "round_the_clock")
# Those of every topic.
PARTS_OF_TOPICS = {
    "answer_within": "answer-by of topics",
    "guidance": "guidance of topics",
    "ladder": "ladders of topics",
    "others_may_get_chosen": "who may get messages to a chosen provider",
}


@dataclass(frozen=True, slots=True)
class Absent:
    """What a document doesn't have.

    `parts` are names of PARTS, or of parts of the opening hours after `hours.` and `hours.practice.`. `topics` holds
    the names of PARTS_OF_TOPICS that a topic lacks, by site (None: the practice's set).
    """

    parts: frozenset[str] = frozenset()
    topics: Mapping[tuple[str | None, Topic], frozenset[str]] = field(default_factory=dict)

    @property
    def in_words(self) -> list[str]:
        """The parts that are absent everywhere, in words, in the order of the document."""
        of_topics = {name for names in self.topics.values() for name in names}
        whole = [words for part, words in PARTS.items() if part in self.parts]
        return whole + [words for part, words in PARTS_OF_TOPICS.items() if part in of_topics]


@dataclass(frozen=True, slots=True)
class PartialSettings:
    """The settings of a document; absent parts have defaults in `settings`, which must be ignored.

    `restores` is the number of the saved version that they come from; None if they are new.
    """

    settings: MessagingSettings
    absent: Absent = field(default_factory=Absent)
    restores: int | None = None

    @property
    def left_as_they_are(self) -> list[str]:
        """What restoring this version leaves unchanged, in words; empty if nothing is restored."""
        if self.restores is None or not self.absent.in_words:
            return []
        return [f"Not in version {self.restores}, so left as they are now: {', '.join(self.absent.in_words)}."]

    def over(self, current: MessagingSettings) -> MessagingSettings:
        """The settings, with absent parts taken from `current`."""
        kept = {part: getattr(current, part) for part in PARTS if part in self.absent.parts}
        filled = replace(self.settings, **kept)
        sites = {site: self._topics(topics, site, current) for site, topics in filled.sites.items()}
        filled = replace(filled, practice=self._topics(filled.practice, None, current), sites=sites)
        return filled if "hours" in kept else self._with_hours(filled, current)

    def _topics(self, topics: TopicSet, site: str | None, current: MessagingSettings) -> TopicSet:
        before = current.practice if site is None else current.sites.get(site)
        found = {}
        for topic, settings in topics.topics.items():
            absent = self.absent.topics.get((site, topic), frozenset())
            # A site that had no settings of its own inherits what its new ones don't say.
            kept = {name: getattr(before[topic], name) for name in absent} if before is not None else {}
            found[topic] = replace(settings, **kept) if kept else settings
        return TopicSet(found)

    def _with_hours(self, filled: MessagingSettings, current: MessagingSettings) -> MessagingSettings:
        hours, absent = filled.hours, self.absent.parts
        kept = {part: getattr(current.hours, part) for part in PARTS_OF_HOURS if f"hours.{part}" in absent}
        hours = replace(hours, **kept)
        of_practice = {
            part: getattr(current.hours.practice, part)
            for part in PARTS_OF_PRACTICE_HOURS
            if f"hours.practice.{part}" in absent
        }
        if of_practice:
            hours = replace(hours, practice=replace(hours.practice, **of_practice))
        return replace(filled, hours=hours)
