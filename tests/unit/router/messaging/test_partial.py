"""Settings of which parts are absent: those stay as they were."""

from dataclasses import replace
from datetime import date

from router.messaging.hours import Hours, Interval, PracticeHours, SiteHours
from router.messaging.partial import PARTS, PARTS_OF_TOPICS, Absent, PartialSettings
from router.messaging.settings import MessagingSettings, TopicSet
from router.practice.topics import Topic
from tests.builders import settings, topic_set

WEEK = ((Interval(480, 1020),), (), (), (), (), (), ())
HOURS = Hours(PracticeHours(WEEK, {date(2026, 12, 25): ()}), {"south": SiteHours(time_zone="Europe/Paris")})


def in_full(**values: object) -> MessagingSettings:
    topics = {topic: replace(one, answer_within=30, guidance="A line.") for topic, one in topic_set({}).topics.items()}
    rest = {"hours": HOURS, "answer_within": 60, "phone": "1", "portal_url": "https://p.example", "email_name": "W"}
    return replace(settings(practice=TopicSet(topics)), **(rest | values))  # type: ignore[arg-type] # a test names them.


CURRENT = in_full()
# Clients have always known the topics of sites.
OLD = Absent(frozenset(PARTS) - {"sites"}, {(None, topic): frozenset(PARTS_OF_TOPICS) for topic in Topic})


def test_what_an_old_client_doesnt_know_stays_as_it_was() -> None:
    wanted = PartialSettings(settings(disclaimer="Call 911."), OLD)

    assert wanted.over(CURRENT) == replace(CURRENT, disclaimer="Call 911.")


def test_a_site_that_is_new_inherits_what_its_settings_lack() -> None:
    sites = {(site, topic): frozenset(PARTS_OF_TOPICS) for site in ("south", None) for topic in Topic}
    wanted = PartialSettings(settings(sites={"south": topic_set({})}), replace(OLD, topics=sites))

    filled = wanted.over(CURRENT)

    assert filled.sites["south"] == topic_set({})
    assert filled.practice == CURRENT.practice


def test_sites_keep_their_topics_unless_something_is_said_about_sites() -> None:
    """A document without `sites` deleted the topics of every site."""
    current = in_full(sites={"south": topic_set({})})

    silent = PartialSettings(settings(), Absent(frozenset({"sites"}))).over(current)

    assert silent.sites == current.sites
    assert PartialSettings(settings()).over(current).sites == {}


def test_parts_of_the_opening_hours_may_be_absent() -> None:
    dates = Hours(PracticeHours(dates={date(2027, 1, 1): ()}))
    absent = Absent(frozenset({"hours.sites", "hours.practice.weekly", "hours.practice.round_the_clock"}))

    filled = PartialSettings(in_full(hours=dates), absent).over(CURRENT)

    assert filled.hours == Hours(PracticeHours(WEEK, {date(2027, 1, 1): ()}), HOURS.sites)
    of_sites = PartialSettings(in_full(hours=Hours()), Absent(frozenset({"hours.practice"}))).over(CURRENT)
    assert of_sites.hours == Hours(HOURS.practice)


def test_restoring_says_what_it_leaves_as_it_is() -> None:
    old = PartialSettings(settings(), OLD)

    left = "opening hours, answer-by, phone number, portal address, name in emails, daily number of new conversations"
    left_of_topics = "ladder, ladder of urgent messages, who is on call, red flags, languages of red flags, "
    left_of_topics += "whether patients can mark messages as urgent, answer-by of topics, "
    left_of_topics += "guidance of topics, ladders of topics, who may get messages to a chosen provider"
    assert replace(old, restores=3).left_as_they_are == [
        f"Not in version 3, so left as they are now: {left}, {left_of_topics}."
    ]
    assert old.left_as_they_are == []
    assert PartialSettings(settings(), restores=3).left_as_they_are == []


def test_whole_settings_are_themselves() -> None:
    assert CURRENT.over(settings()) is CURRENT
