"""Changing the topics of several sites at once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from router.messaging.settings import MessagingSettings, TopicSet, TopicSettings
from router.practice.topics import Topic


def copied(
    messaging: MessagingSettings, source: str | None, targets: Iterable[str], topics: Collection[Topic]
) -> MessagingSettings:
    """The settings with these topics copied from the source (None: the practice) to each of the target sites.

    A target without its own topics gets its own set, with the other topics copied from the practice. This turns on
    distribution by site.
    """
    origin = topics_at(messaging, source)
    taken = {topic: origin[topic] for topic in topics}
    own = {site: TopicSet({**topics_at(messaging, site).topics, **taken}) for site in targets if site != source}
    return replace(messaging, by_site=messaging.by_site or bool(own), sites={**messaging.sites, **own})


def with_topic(
    messaging: MessagingSettings, topic: Topic, wanted: Mapping[str | None, TopicSettings]
) -> MessagingSettings:
    """The settings with one topic changed at these sites (None: in the practice's set).

    A site whose topic wouldn't change stays as it is; other sites get topics of their own, which turns on distribution
    by site.
    """
    changed = {site: one for site, one in wanted.items() if one != topics_at(messaging, site)[topic]}
    own = {
        site: TopicSet({**topics_at(messaging, site).topics, topic: one})
        for site, one in changed.items()
        if site is not None
    }
    practice = messaging.practice
    if None in changed:
        practice = TopicSet({**practice.topics, topic: changed[None]})
    sites = {**messaging.sites, **own}
    return replace(messaging, by_site=messaging.by_site or bool(own), practice=practice, sites=sites)


def topics_at(messaging: MessagingSettings, site: str | None) -> TopicSet:
    """The set of a site, or the practice's where it has none (or for None), whether or not distribution is by site."""
    return messaging.practice if site is None else messaging.sites.get(site, messaging.practice)
