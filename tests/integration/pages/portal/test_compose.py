"""Writing in the portal, without scripts."""

import html
import re
from dataclasses import replace

from router.practice.people import Permission
from router.practice.topics import Topic
from tests.builders import a_patient, settings, topic_set
from tests.integration.pages.conftest import Browser
from tests.integration.pages.portal.portals import (
    COMPOSE,
    PAGE,
    bill,
    press,
    sent,
    stored,
    with_users,
)
from tests.integration.pages.portal.portals import pat as pat  # noqa: PLC0414 - the fixture is shared.


def test_the_empty_view_says_what_to_do_first_and_the_form_offers_what_is_on(pat: Browser) -> None:
    pat.service.house.save(settings(practice=topic_set({Topic.BILLING: ["ben"]}, off=[Topic.OTHER])))

    empty, form = pat.open(PAGE).text, pat.open(COMPOSE).text

    assert "Write your first message" in empty
    assert [topic for topic in Topic if f'id="topic-{topic}"' in form] == [
        topic for topic in Topic if topic is not Topic.OTHER
    ]
    assert '<input id="to.billing" value="Billing Office" readonly' in form
    assert "Ann, Physician" in form
    assert "Ben" not in form
    assert "Also able to read it, unless it is private: <bdi>Al Doe</bdi>" in form
    assert "emergency" in form


def test_a_message_is_stored_once_and_confirmed_however_often_its_form_is_sent(pat: Browser) -> None:
    form = pat.open(COMPOSE)
    fields = {"topic": "medical", "to__medical": "ann", "subject": "A cough", "body": "For a week.\r\nNow?"}

    first, second = press(pat, form, **fields), press(pat, form, **fields)

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    confirmation = pat.open(first.headers["location"])
    assert "To: Ann" in confirmation.text
    assert re.search(r"Sent \w{3} \d{1,2} \w{3} \d{4}, \d\d:\d\d C[SD]T, on its way\.", confirmation.text)
    assert "emergency" in confirmation.text
    assert stored(pat) == 1
    other = press(pat, form, **(fields | {"body": "Another text."}))
    assert other.status_code == 422
    assert "A message from this form was already sent" in other.text
    thread = confirmation.text.split('href="/portal/conversations/')[1][:36]
    assert f'</time>. <a href="/portal/conversations/{thread}">Open it</a>.' in other.text
    assert stored(pat) == 1
    assert press(pat, other, **(fields | {"body": "Another text."})).status_code == 303
    assert stored(pat) == 2


def test_what_is_wrong_is_told_beside_its_field_and_the_text_is_kept(pat: Browser) -> None:
    form = pat.open(COMPOSE)
    wrong: list[tuple[dict[str, str], str, str]] = [
        ({"topic": ""}, "topic", "Choose what your message is about."),
        ({"topic": "nonsense"}, "topic", "Choose what your message is about."),
        ({"topic": "medical"}, "to.medical", "Choose who gets your message."),
        ({"subject": " "}, "subject", "Subject must not be empty."),
        ({"subject": "x" * 201}, "subject", "Subject must have at most 200 characters."),
        ({"body": ""}, "body", "Message must not be empty."),
        ({"body": "x" * 20_001}, "body", "Message must have at most 20000 characters."),
        ({"body": "\u200b\u3164\u00ad"}, "body", "Message must not be empty"),
    ]

    for change, field, said in wrong:
        fields = bill() | change
        refused = press(pat, form, **fields)

        assert refused.status_code == 422
        assert f'id="error-{field}"><span class="visually-hidden">Error: </span>{said}' in refused.text
        assert f'value="{fields["subject"]}"' in refused.text
        assert f"\n{fields['body']}</textarea>" in refused.text
        # The summary names a field once.
        assert re.search(rf'<a href="#{field}">(To: |Topic: )?{re.escape(said)}', refused.text)
    assert stored(pat) == 0


def test_a_form_that_changed_meanwhile_keeps_the_text_and_asks_once(pat: Browser) -> None:
    form = pat.open(COMPOSE)
    pat.service.house.save(settings(practice=topic_set({Topic.BILLING: [], Topic.MEDICAL: ["ben"]}, off=[Topic.OTHER])))

    asked = press(pat, form, **bill())

    assert asked.status_code == 409
    assert "For Billing, you now choose who gets your message." in asked.text
    assert "Medical now goes to Medical Team." in asked.text
    assert "Other is no longer available." in asked.text
    assert "Is it right?</textarea>" in asked.text
    assert stored(pat) == 0
    assert press(pat, asked, **bill(to__billing="ann")).status_code == 303


def test_another_name_in_to_or_another_reader_is_asked_about_and_nothing_else(pat: Browser) -> None:
    form = pat.open(COMPOSE)
    renamed = topic_set({Topic.BILLING: ["ben"]})
    desk = replace(renamed[Topic.BILLING], display_name="Accounts")
    pat.service.house.save(settings(practice=replace(renamed, topics={**renamed.topics, Topic.BILLING: desk})))
    everything = frozenset(Permission)
    with_users(pat, al=everything, eve=everything)

    asked = press(pat, form, **bill())
    assert "Billing now goes to Accounts." in html.unescape(asked.text)
    assert "Eve can now read it too." in html.unescape(asked.text)

    with_users(pat, eve=everything)
    pat.service.house.save(settings(practice=replace(renamed, topics={**renamed.topics, Topic.BILLING: desk})))
    assert press(pat, asked, **bill()).status_code == 303
    assert stored(pat) == 1


def test_what_a_page_had_shown_can_be_forged_without_harm(pat: Browser) -> None:
    form = pat.open(COMPOSE)
    forged = ["", "{", "[]", '{"site": 1}', '{"site": null, "topics": [], "readers": {}}']

    answers = [press(pat, form, **bill(shown=seen, key="<not ours>")) for seen in forged]

    assert {answer.status_code for answer in answers} == {303}
    assert stored(pat) == len(forged)


def test_messaging_off_says_so_everywhere_and_loses_no_text(pat: Browser) -> None:
    form, thread = pat.open(COMPOSE), sent(pat)
    page = f"/portal/conversations/{thread.conversation}"
    reply = pat.open(page)
    pat.service.house.save(settings(messaging_enabled=False))

    refused, refused_reply = press(pat, form, **bill()), press(pat, reply, page, body="Thank you!")

    off = "The practice isn&#39;t taking messages through the portal right now."
    for answer in (refused, refused_reply):
        assert answer.status_code == 409
        assert off in answer.text
    assert "Is it right?</textarea>" in refused.text
    assert "Thank you!</textarea>" in refused_reply.text
    assert stored(pat) == 1
    for path in (PAGE, COMPOSE, page):
        assert off in pat.open(path).text
    assert "I have a question about my bill." in pat.open(page).text


def test_another_site_is_shown_by_the_form_itself(pat: Browser) -> None:
    house = pat.service.house
    house.bring([], [a_patient("pat", team=["ann"], sites=("north", "south"))])
    own = {"south": topic_set({Topic.MEDICAL: ["ben"]}, off=[Topic.BILLING])}
    house.save(settings({Topic.BILLING: ["ben"]}, by_site=True, sites=own))
    form = pat.open(COMPOSE)

    looked = press(pat, form, **bill(site="south", do="look"))
    assert "topic-billing" not in looked.text
    assert "Is it right?</textarea>" in looked.text
    assert press(pat, looked, **bill(topic="medical", site="south")).status_code == 303
    # Somebody who chose the site and sent at once is shown what that means first.
    asked = press(pat, form, **bill(topic="medical", to__medical="ann", site="south", key="x" * 30))
    assert asked.status_code == 409
    assert "The site is now South Clinic." in asked.text
    assert "Medical now goes to Medical Team." in asked.text
    house.bring([], [a_patient("pat", team=["ann"])])
    gone = press(pat, looked, **bill(topic="medical", site="south", key="x" * 30))
    assert gone.status_code == 409
    assert "The site is now North Clinic." in gone.text
    assert press(pat, gone, **bill(topic="medical", to__medical="ann")).status_code == 303


def test_what_was_pasted_is_mended_instead_of_refused(pat: Browser) -> None:
    fields = {
        "topic": "medical",
        "to__medical": "ann",
        "subject": "It\x92s\x0bnew",
        "body": "One\x0bTwo\x0cIt\x92s\x07",
    }

    confirmation = press(pat, pat.open(COMPOSE), **fields)

    assert confirmation.status_code == 303
    thread = re.search(r"/portal/conversations/[0-9a-f-]{36}", pat.open(PAGE).text)
    assert thread
    text = pat.open(thread[0]).text
    assert "It\u2019s new" in text
    assert "One\nTwo\nIt\u2019s" in text
