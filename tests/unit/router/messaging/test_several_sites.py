"""Changing the topics of several sites at once."""

from dataclasses import replace

from router.messaging.several_sites import copied, topics_at, with_topic
from router.practice.topics import Topic
from tests.builders import settings, topic_set

NORTH = topic_set({Topic.MEDICAL: ["ann"], Topic.BILLING: ["ben"]})
MADE = settings({Topic.MEDICAL: ["ada"]}, sites={"north": NORTH})


def test_topics_are_copied_to_sites_with_and_without_their_own() -> None:
    east = topic_set({Topic.OTHER: ["eve"]})
    base = replace(MADE, sites={"north": NORTH, "east": east})

    after = copied(base, "north", ["north", "south", "east"], [Topic.BILLING])

    assert after.by_site
    assert after.sites["north"] is NORTH
    assert after.sites["south"][Topic.BILLING].recipients == ("ben",)
    assert after.sites["south"][Topic.MEDICAL].recipients == ("ada",), "the rest is as the practice has it"
    assert after.sites["east"][Topic.BILLING].recipients == ("ben",)
    assert after.sites["east"][Topic.OTHER].recipients == ("eve",)


def test_the_practices_topics_can_be_copied_and_nothing_copied_changes_nothing() -> None:
    assert copied(MADE, None, ["north"], list(Topic)).sites["north"] == MADE.practice
    assert copied(MADE, "north", ["north"], list(Topic)) == MADE


def test_a_topic_is_set_at_several_places() -> None:
    wanted = {
        None: replace(MADE.practice[Topic.BILLING], recipients=("ada",)),
        "north": NORTH[Topic.BILLING],
        "south": replace(MADE.practice[Topic.BILLING], recipients=("cho",)),
    }

    after = with_topic(MADE, Topic.BILLING, wanted)

    assert after.by_site
    assert after.practice[Topic.BILLING].recipients == ("ada",)
    assert after.practice[Topic.MEDICAL] == MADE.practice[Topic.MEDICAL]
    assert after.sites["north"] is NORTH, "it has that already"
    assert topics_at(after, "south")[Topic.BILLING].recipients == ("cho",)


def test_what_is_there_already_changes_nothing() -> None:
    wanted = {None: MADE.practice[Topic.BILLING], "south": MADE.practice[Topic.BILLING]}

    assert with_topic(MADE, Topic.BILLING, wanted) == MADE
