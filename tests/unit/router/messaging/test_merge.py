"""Two administrators' edits, brought together."""

from dataclasses import replace

from router.messaging.merge import collide, merge
from router.messaging.settings import MessagingSettings, TopicSet
from router.practice.topics import Topic
from tests.builders import settings, topic_set

BASE = settings({Topic.BILLING: ["ann"]})


def with_topic(messaging: MessagingSettings, topic: Topic, **values: object) -> MessagingSettings:
    changed = replace(messaging.practice[topic], **values)  # type: ignore[arg-type] # a test names the fields.
    return replace(messaging, practice=TopicSet({**messaging.practice.topics, topic: changed}))


def test_what_only_one_of_them_touched_is_as_they_want_it() -> None:
    mine = with_topic(BASE, Topic.BILLING, display_name="Accounts")
    theirs = replace(with_topic(BASE, Topic.BILLING, recipients=("ben",)), disclaimer="Theirs.", version=2)

    merged = merge(BASE, mine, theirs)

    assert merged == with_topic(theirs, Topic.BILLING, recipients=("ben",), display_name="Accounts")


def test_where_both_touched_it_mine_counts() -> None:
    mine = replace(BASE, disclaimer="Mine.", messaging_enabled=False)
    theirs = replace(BASE, disclaimer="Theirs.", version=2)

    merged = merge(BASE, mine, theirs)

    assert merged == replace(theirs, disclaimer="Mine.", messaging_enabled=False)


def test_a_site_keeps_what_either_gave_it() -> None:
    mine = replace(BASE, sites={"north": topic_set({Topic.OTHER: ["ann"]})})
    theirs = replace(BASE, sites={"south": topic_set({})}, version=2)

    assert set(merge(BASE, mine, theirs).sites) == {"north", "south"}


def test_a_site_that_one_of_them_returned_to_the_practice_is_returned() -> None:
    base = replace(BASE, sites={"north": topic_set({}), "south": topic_set({})})
    mine = replace(base, sites={"south": topic_set({Topic.OTHER: ["ann"]})})
    theirs = replace(base, sites={"north": topic_set({}), "south": topic_set({}, off=[Topic.OTHER])})

    merged = merge(base, mine, theirs)

    assert set(merged.sites) == {"south"}
    assert merged.sites["south"][Topic.OTHER].recipients == ("ann",)
    assert not merged.sites["south"][Topic.OTHER].enabled


def test_a_daily_limit_that_one_of_them_set_is_kept() -> None:
    mine, theirs = replace(BASE, disclaimer="Mine."), replace(BASE, daily_conversations=3, version=2)

    assert merge(BASE, mine, theirs) == replace(theirs, disclaimer="Mine.")


def test_two_edits_collide_where_both_changed_the_same_value_to_something_else() -> None:
    mine = with_topic(BASE, Topic.BILLING, display_name="Accounts")
    same = replace(with_topic(BASE, Topic.BILLING, display_name="Accounts"), version=2)
    elsewhere = replace(with_topic(BASE, Topic.BILLING, recipients=("ben",)), phone="1", version=2)
    other = replace(with_topic(BASE, Topic.BILLING, display_name="Money"), version=2)

    assert not collide(BASE, mine, same)
    assert not collide(BASE, mine, elsewhere)
    assert not collide(BASE, BASE, other)
    assert collide(BASE, mine, other)


def test_two_edits_collide_where_one_changed_a_site_that_the_other_returned_to_the_practice() -> None:
    base = replace(BASE, sites={"north": topic_set({}), "south": topic_set({})})
    mine = replace(base, sites={**base.sites, "north": topic_set({Topic.OTHER: ["ann"]})})

    assert collide(base, mine, replace(base, sites={"south": topic_set({})}))
    assert not collide(base, mine, replace(base, sites={"north": topic_set({})}))
