"""A practice's messaging settings: what is on, who receives each topic at each site, under which name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from router.actors import Actor
from router.messaging.hours import Hours
from router.messaging.ladder import Ladder
from router.messaging.red_flags import RedFlags
from router.practice.topics import Topic

DEFAULT_DISCLAIMER = (
    "Messages are not watched round the clock. In an emergency, call your local emergency number. "
    "If it can't wait until the next working day, call the practice."
)


@dataclass(frozen=True, slots=True)
class TopicSettings:
    """One topic area: is it offered, who receives it, and what the patient reads in To:.

    `answer_within` is in minutes of opening time: None inherits, 0 means that patients aren't told one. `guidance` is
    one line for patients who choose the topic, empty for none. `ladder` is the topic's own: None inherits, no steps
    mean none. `others_may_get_chosen` lets the ladder give others messages to a chosen provider and private messages.
    """

    enabled: bool
    recipients: tuple[str, ...]
    display_name: str
    answer_within: int | None = None
    guidance: str = ""
    ladder: Ladder | None = None
    others_may_get_chosen: bool = False


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
    """Everything that a portal administrator sets; saved as one, with a version.

    `answer_within` is in minutes of opening time, 0 for none. `phone` is the number that patients may call,
    `portal_url` the address of the practice's own portal, and `email_name` what the practice is called in emails; all
    may be empty. The last five are about urgent messages: `languages` are the codes of those in which red flags count,
    and `on_call` the staff who get what is urgent while the practice is closed.
    """

    messaging_enabled: bool = False
    by_site: bool = False
    care_team_fallback: bool = True
    disclaimer: str = DEFAULT_DISCLAIMER
    catch_all: tuple[str, ...] = ()
    practice: TopicSet = field(default_factory=new_topic_set)
    sites: Mapping[str, TopicSet] = field(default_factory=dict)
    version: int = 0
    # New conversations for one patient within 24 hours; 0: no limit.
    daily_conversations: int = 0
    hours: Hours = field(default_factory=Hours)
    answer_within: int = 0
    phone: str = ""
    portal_url: str = ""
    email_name: str = ""
    ladder: Ladder = ()
    urgent_ladder: Ladder = ()
    on_call: tuple[str, ...] = ()
    red_flags: RedFlags = field(default_factory=RedFlags)
    languages: tuple[str, ...] = ("en",)
    patients_may_say_urgent: bool = False

    def in_force(self, site: str | None) -> TopicSet:
        """The set that applies here: the site's own if distribution is by site and it has one, else the practice's."""
        if self.by_site and site is not None:
            return self.sites.get(site, self.practice)
        return self.practice

    def answer_within_of(self, site: str | None, topic: Topic) -> int:
        """Minutes of opening time within which this topic is usually answered at this site; 0 for none.

        A site's topic inherits from the practice's topic, and that one from the practice.
        """
        for deviation in (self.in_force(site)[topic].answer_within, self.practice[topic].answer_within):
            if deviation is not None:
                return deviation
        return self.answer_within

    def ladder_of(self, site: str | None, topic: Topic) -> Ladder:
        """The ladder of this topic at this site, inherited as `answer_within_of` says; no steps mean none."""
        for deviation in (self.in_force(site)[topic].ladder, self.practice[topic].ladder):
            if deviation is not None:
                return deviation
        return self.ladder

    def ladder_for(self, site: str | None, topic: Topic, *, urgent: bool) -> Ladder:
        """The ladder of a message: urgent ones have their own for the whole practice, where it has steps."""
        return self.urgent_ladder if urgent and self.urgent_ladder else self.ladder_of(site, topic)

    @property
    def has_ladder(self) -> bool:
        """Whether any ladder has steps; if not, routing can skip ladders."""
        return bool(self.ladder or self.urgent_ladder) or any(
            topics[topic].ladder for _, _, topics in self.sets() for topic in topics.topics
        )

    def over(self, current: "MessagingSettings") -> "MessagingSettings":  # noqa: ARG002 - see PartialSettings.over.
        """These settings, since nothing is absent from them."""
        return self

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
