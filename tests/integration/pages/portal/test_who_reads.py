"""Who else can read a message, as the form says it, without scripts."""

from dataclasses import replace

import pytest

from router.messaging.ladder import READY_MADE
from router.messaging.settings import MessagingSettings, TopicSet
from router.practice.people import Permission
from router.practice.topics import Topic
from tests.builders import settings, topic_set
from tests.integration.pages.conftest import Browser
from tests.integration.pages.portal.portals import COMPOSE, bill, come, press, stored, with_users
from tests.integration.pages.portal.portals import pat as pat  # noqa: PLC0414 - the fixture is shared.

OTHERS = "may also be read by others at the practice, if nobody answers in time, and by colleagues on call, if it"
EVERYTHING = frozenset(Permission)


def widening(*, others: bool) -> MessagingSettings:
    """A practice with ladders and somebody on call; `others` may get what is private, or to a chosen provider."""
    topics = topic_set({Topic.BILLING: ["ben"]}).topics
    ticked = {topic: replace(one, others_may_get_chosen=others) for topic, one in topics.items()}
    return settings(practice=TopicSet(ticked), ladder=READY_MADE, on_call=("ben",))


def test_staff_who_may_get_it_are_not_among_those_from_whom_private_keeps_it(pat: Browser) -> None:
    pat.service.house.save(widening(others=True))

    mine, als = pat.open(COMPOSE).text, come(pat, "pat", "al").open(COMPOSE).text

    assert f"Also able to read it, unless it is private: <bdi>Al Doe</bdi>. Private or not, it {OTHERS}" in mine
    assert f"Also able to read it: <bdi>Pat Doe (the patient)</bdi>. It {OTHERS}" in als


@pytest.mark.parametrize("private", [{"private": "on"}, {}])
def test_a_practice_that_lets_others_get_it_meanwhile_asks_also_who_writes_in_private(
    pat: Browser, private: dict[str, str]
) -> None:
    pat.service.house.save(widening(others=False))
    form = pat.open(COMPOSE)
    pat.service.house.save(widening(others=True))

    asked = press(pat, form, **bill(**private))

    assert asked.status_code == 409
    assert "It may now also be read by others at the practice, if nobody answers in time." in asked.text
    assert stored(pat) == 0
    assert press(pat, asked, **bill(**private)).status_code == 303


def test_nobody_is_said_to_read_what_is_private_who_can_not(pat: Browser) -> None:
    form = pat.open(COMPOSE)
    with_users(pat, al=EVERYTHING, eve=EVERYTHING)
    pat.service.house.save(settings(practice=topic_set({Topic.BILLING: []})))

    asked = press(pat, form, **bill(private="on"))

    assert "For Billing, you now choose who gets your message." in asked.text
    assert "Eve can now read it too." not in asked.text
