"""A conversation that is full says so, keeps what was being written, and leads to the form for a new message."""

import html
import re
from dataclasses import replace

import pytest

from router.messages.message import CONVERSATION_MESSAGES, ReplyDraft
from router.practice.topics import Topic
from tests.builders import a_patient, settings, topic_set
from tests.integration.pages.conftest import Browser
from tests.integration.pages.portal.portals import pat as pat  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.portal.portals import press, sent

IS_FULL = "This conversation is full. Please write a new message."
LINK = re.compile(r'<a class="button" href="([^"]+)">Write a new message</a>')


@pytest.fixture
def thread(pat: Browser) -> str:
    """The page of a conversation at pat's other site, with room for one more message."""
    house = pat.service.house
    house.bring([], [a_patient("pat", team=["ann"], sites=("north", "south"))])
    conversation = sent(pat, site="south").conversation
    house.write(*(ReplyDraft(f"r{one}", "pat", conversation, "?") for one in range(CONVERSATION_MESSAGES - 2)))
    return f"/portal/conversations/{conversation}"


def fill(pat: Browser, thread: str) -> None:
    assert press(pat, pat.open(thread), thread, body="The last one.").status_code == 303


def test_it_says_why_there_is_no_reply_box_and_leads_to_the_form(pat: Browser, thread: str) -> None:
    assert IS_FULL not in pat.open(thread).text
    fill(pat, thread)

    page = pat.open(thread).text

    assert IS_FULL in page
    assert 'name="body"' not in page
    link = LINK.search(page)
    assert link
    form = pat.open(html.unescape(link[1])).text
    assert re.search(r'value="billing"[^>]* checked>', form)
    assert re.search(r'value="south" selected>', form)


def test_a_text_that_was_being_written_is_not_lost(pat: Browser, thread: str) -> None:
    form = pat.open(thread)
    fill(pat, thread)

    refused = press(pat, form, thread, body="Half a page.", key="x" * 30)

    assert refused.status_code == 409
    assert IS_FULL in refused.text
    assert "Your reply was not sent. Copy your text if you want to keep it." in refused.text
    assert "readonly>\nHalf a page.</textarea>" in refused.text
    assert LINK.search(refused.text)


def test_the_link_chooses_no_topic_that_is_off(pat: Browser, thread: str) -> None:
    fill(pat, thread)
    pat.service.house.save(settings(practice=topic_set({Topic.OTHER: ["ben"]}, off=[Topic.BILLING])))

    link = LINK.search(pat.open(thread).text)

    assert link
    assert "topic" not in link[1]
    assert pat.open(html.unescape(link[1])).status_code == 200


def test_there_is_no_link_where_no_new_message_can_be_written(pat: Browser, thread: str) -> None:
    fill(pat, thread)
    pat.service.house.save(replace(settings({Topic.BILLING: ["ben"]}), daily_conversations=1))

    page = pat.open(thread).text

    assert "This conversation is full. You have sent as many new messages as the practice can take in one day." in page
    assert not LINK.search(page)


def test_an_address_that_chooses_what_is_not_there_shows_the_form_as_it_is(pat: Browser) -> None:
    elsewhere, nonsense = (pat.open(f"/portal/compose?topic={topic}&site=nowhere") for topic in ("billing", "nonsense"))

    assert (elsewhere.status_code, nonsense.status_code) == (200, 200)
    assert re.search(r'value="billing"[^>]* checked>', elsewhere.text)
    assert " checked" not in nonsense.text
