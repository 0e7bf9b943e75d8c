"""A practice's messaging settings: what is on, who receives each topic at each site, under which name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from router.actors import Actor
from router.practice.topics import Topic

DEFAULT_DISCLAIMER = (
    "Messages are not watched round the clock. In an emergency, call your local emergency number. "
    "If it can't wait until the next working day, call the practice."
)


@dataclass(frozen=True, slots=True)
class TopicSettings:
    """One topic area: is it offered, who receives it, and what the patient reads in To:."""

    enabled: bool
    recipients: tuple[str, ...]
    display_name: str


@dataclass(frozen=True, slots=True)
class TopicSet:
    """The settings of all five topics, for the practice or for one site."""

    topics: Mapping[Topic, TopicSettings]

    def __getitem__(self, topic: Topic) -> TopicSettings:
        return self.topics[topic]


def new_topic_set() -> TopicSet:
    """All five topics on, no recipients, the default display names."""
    return TopicSet(
        {topic: TopicSettings(enabled=True, recipients=(), display_name=topic.default_display_name) for topic in Topic}
    )


@dataclass(frozen=True, slots=True)
class MessagingSettings:
    """Everything that a portal administrator sets; saved as one, with a version."""

    messaging_enabled: bool = False
    by_site: bool = False
    care_team_fallback: bool = True
    disclaimer: str = DEFAULT_DISCLAIMER
    catch_all: tuple[str, ...] = ()
    practice: TopicSet = field(default_factory=new_topic_set)
    sites: Mapping[str, TopicSet] = field(default_factory=dict)
    version: int = 0
    # New conversations for one patient within 24 hours; None: no limit.
    daily_conversations: int | None = None

    def in_force(self, site: str | None) -> TopicSet:
        """The set that decides here: the site's own if distribution is by site and it has one, else the practice's."""
        if self.by_site and site is not None:
            return self.sites.get(site, self.practice)
        return self.practice

    def sets(self) -> list[tuple[str, str | None, TopicSet]]:
        """Every stored set with the path of its field and its site (None: the practice's)."""
        own = [(f"sites.{site}", site, topics) for site, topics in sorted(self.sites.items())]
        return [("practice", None, self.practice), *own]


@dataclass(frozen=True, slots=True)
class SettingsVersion:
    """One saved version: who, when, and what changed in words."""

    version: int
    at: datetime
    actor: Actor
    changes: tuple[str, ...]
