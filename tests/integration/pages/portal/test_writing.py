"""What helps people to write: the emergency notice first, a line under each topic, and texts that are mended."""

from dataclasses import replace

import pytest

from router.messaging.settings import TopicSet
from router.practice.topics import Topic
from tests.builders import settings
from tests.integration.pages.conftest import Browser
from tests.integration.pages.portal.portals import COMPOSE, bill, press, sent
from tests.integration.pages.portal.portals import pat as pat  # noqa: PLC0414 - the fixture is shared.


def test_the_emergency_notice_comes_before_the_text(pat: Browser) -> None:
    thread = f"/portal/conversations/{sent(pat).conversation}"
    for path, text in ((COMPOSE, 'name="body"'), (COMPOSE, 'name="subject"'), (thread, 'name="body"')):
        page = pat.open(path).text
        assert page.count("In an emergency, call your local emergency number.") == 1
        assert page.index("In an emergency") < page.index(text)


def test_each_topic_says_what_belongs_there_in_the_practices_words_where_it_has_some(pat: Browser) -> None:
    assert all(topic.default_guidance in pat.open(COMPOSE).text for topic in Topic)
    made = settings({Topic.BILLING: ["ben"]})
    worded = replace(made.practice[Topic.BILLING], guidance="Name <the> bill.")
    pat.service.house.save(replace(made, practice=TopicSet({**made.practice.topics, Topic.BILLING: worded})))

    page = pat.open(COMPOSE).text

    assert 'id="about-billing" dir="auto">Name &lt;the&gt; bill.</p>' in page
    assert 'aria-describedby="about-billing"' in page
    assert Topic.BILLING.default_guidance not in page
    assert Topic.MEDICAL.default_guidance in page


def test_fields_say_how_long_a_text_may_be(pat: Browser) -> None:
    page = pat.open(COMPOSE).text

    assert 'data-count-of="subject" data-limit="200"' in page
    assert 'data-count-of="body" data-limit="20000"' in page


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\x0btwo\x0cthree", "one\ntwo\nthree"),
        ("a\t\tb", "a b"),
        ("it\x92s\x07", "it\u2019s"),
    ],
)
def test_what_can_not_be_kept_is_mended(pat: Browser, typed: str, kept: str) -> None:
    done = press(pat, pat.open(COMPOSE), **bill(body=typed, subject=f"S {typed}"))

    conversation = pat.open(done.headers["location"]).text.split("/portal/conversations/")[1][:36]
    page = pat.open(f"/portal/conversations/{conversation}").text
    assert f'class="entry-body" dir="auto">{kept}</div>' in page
    assert f"S {kept}".replace("\n", " ") in page


def test_a_text_that_shows_nothing_is_empty(pat: Browser) -> None:
    refused = press(pat, pat.open(COMPOSE), **bill(body="\u200b\x0b\t"))

    assert refused.status_code == 422
    assert "Message must not be empty." in refused.text
