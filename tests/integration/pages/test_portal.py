"""The portal without scripts: the messages view, writing, conversations and the history of a topic."""

import html
import re
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from router.actors import COMMAND
from router.people import AuthorizedUser, Permission
from router.records import Receipt
from router.topics import Topic
from tests.builders import a_patient, settings, topic_set
from tests.house import PRACTICE
from tests.integration.pages.conftest import Browser

PAGE = "/portal"
COMPOSE = "/portal/compose"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
HOSTILE = "<script>alert('1')</script> \u202eright to left\u200f 😀 & \"quoted\""


@pytest.fixture
def pat(browser: Browser) -> Browser:
    """Pat, whose care team is Ann; bills go to Ben behind a display name."""
    browser.service.house.save(settings({Topic.BILLING: ["ben"]}))
    return browser.enter_portal("pat")


def come(browser: Browser, patient: str, user: str | None = None) -> Browser:
    """Somebody else, in a browser of their own."""
    return Browser(browser.service).enter_portal(patient, user)


def with_users(browser: Browser, **permissions: frozenset[Permission]) -> None:
    """These people may act for pat, and nobody else."""
    users = tuple(AuthorizedUser(one, one.title(), permissions=may) for one, may in permissions.items())
    browser.service.house.bring([], [a_patient("pat", team=["ann"], authorized_users=users)])


def press(browser: Browser, page: httpx2.Response, path: str = COMPOSE, **fields: str) -> httpx2.Response:
    """Send the form of a page; `__` in the names of fields stands for a dot."""
    text = page.text.split("data-draft")[1].split("</form>")[0]
    named = {name: html.unescape(value) for name, value in HIDDEN.findall(text)}
    given = {name.replace("__", "."): value for name, value in fields.items()}
    return browser.client.post(path, data=named | {"do": "send"} | given)


def bill(**fields: str) -> dict[str, str]:
    return {"topic": "billing", "subject": "A bill", "body": "Is it right?"} | fields


def sent(browser: Browser, **fields: Any) -> Receipt:  # noqa: ANN401 - a test names the fields.
    """A message that pat has written, delivered."""
    house = browser.service.house
    receipt = house.write(house.draft(str(uuid4()), **({"patient": "pat"} | fields)))[0]
    house.route.run()
    return receipt


def answer_to(browser: Browser, receipt: Receipt, body: str = "We will look.") -> None:
    house = browser.service.house
    item = next(one for one in house.inbox("ben").items if one.message == receipt.id)
    house.answer.reply(PRACTICE, item.delivery, "ben", body, None, None, COMMAND)


def stored(browser: Browser, patient: str = "pat") -> int:
    """How many entries there are in a patient's conversations."""
    threads, _ = browser.service.house.converse.threads(PRACTICE, patient, None, None, None, 99, COMMAND)
    return sum(len(one.entries) for one in threads)


def test_the_empty_view_says_what_to_do_first_and_the_form_offers_what_is_on(pat: Browser) -> None:
    pat.service.house.save(settings(practice=topic_set({Topic.BILLING: ["ben"]}, off=[Topic.OTHER])))

    empty, form = pat.open(PAGE).text, pat.open(COMPOSE).text

    assert "Write your first message" in empty
    assert [one for one in Topic if f'id="topic-{one}"' in form] == [one for one in Topic if one is not Topic.OTHER]
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
    assert "You sent this form before, with other words." in html.unescape(other.text)
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
        ({"body": "a\x07b"}, "body", "Message must not contain control characters"),
    ]

    for change, field, said in wrong:
        fields = bill() | change
        refused = press(pat, form, **fields)

        assert refused.status_code == 422
        assert f'id="error-{field}"><span class="visually-hidden">Error: </span>{said}' in refused.text
        assert f'value="{fields["subject"]}"' in refused.text
        assert f"\n{fields['body']}</textarea>" in refused.text
    assert stored(pat) == 0


def test_a_form_that_changed_meanwhile_keeps_the_text_and_asks_once(pat: Browser) -> None:
    form = pat.open(COMPOSE)
    pat.service.house.save(settings(practice=topic_set({Topic.BILLING: [], Topic.MEDICAL: ["ben"]}, off=[Topic.OTHER])))

    asked = press(pat, form, **bill())

    assert asked.status_code == 409
    assert "For Billing you now choose who gets your message." in asked.text
    assert "Medical now goes to Medical Team." in asked.text
    assert "Other is not offered any more." in asked.text
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
    assert "Eve can now read it, too." in html.unescape(asked.text)

    with_users(pat, eve=everything)
    pat.service.house.save(settings(practice=replace(renamed, topics={**renamed.topics, Topic.BILLING: desk})))
    assert press(pat, asked, **bill()).status_code == 303
    assert stored(pat) == 1


def test_what_a_page_had_shown_can_be_forged_without_harm(pat: Browser) -> None:
    form = pat.open(COMPOSE)
    forged = ["", "{", "[]", '{"site": 1}', '{"site": null, "topics": [], "readers": {}}']

    answers = [press(pat, form, **bill(shown=seen, key="<not ours>")) for seen in forged]

    assert {one.status_code for one in answers} == {303}
    assert stored(pat) == len(forged)


def test_messaging_off_says_so_everywhere_and_loses_no_text(pat: Browser) -> None:
    form, thread = pat.open(COMPOSE), sent(pat)
    page = f"/portal/conversations/{thread.conversation}"
    reply = pat.open(page)
    pat.service.house.save(settings(messaging_enabled=False))

    refused, refused_reply = press(pat, form, **bill()), press(pat, reply, page, body="Thank you!")

    off = "The practice does not take messages through the portal at present."
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


def test_a_display_name_hides_who_is_behind_it(pat: Browser) -> None:
    receipt = sent(pat)
    answer_to(pat, receipt)
    pages = [PAGE, COMPOSE, f"/portal/conversations/{receipt.conversation}", "/portal/topics/billing"]

    texts = [pat.open(path).text for path in (*pages, f"/portal/sent/{receipt.id}")]

    assert all("Billing Office" in text for text in texts)
    assert not any(re.search(r"\bben\b", text, re.IGNORECASE) for text in texts)
    assert not any("pat" in path for path in pages)
    assert not any("Pat Doe" in text.split("<title>")[1].split("</title>")[0] for text in texts)


def test_a_thread_is_read_replied_to_once_and_shows_its_history_below_the_reply(pat: Browser) -> None:
    receipt = sent(pat)
    answer_to(pat, receipt)
    page = f"/portal/conversations/{receipt.conversation}"
    assert "1 new entry</strong> in 1 conversation" in pat.open(PAGE).text
    assert "New</span>" in pat.client.get(page, headers={"Sec-Purpose": "prefetch"}).text
    assert "New</span>" in pat.open(page).text
    assert "You have read everything." in pat.open(PAGE).text

    form = pat.open(page)
    first, second = (press(pat, form, page, body="Thank you!\r\nPat") for _ in range(2))

    assert first.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert stored(pat) == 3
    text = pat.open(first.headers["location"]).text
    assert "Your reply was sent" in text
    assert text.index("Your reply") < text.index("Thank you!") < text.index("We will look.")
    assert re.search(r"Sent \w{3} [^<]*, delivered, opened [^<]*, answered<", text)
    assert text.count('class="entry"') == 3
    for body, said in (("", "Your reply must not be empty."), ("x" * 20_001, "Your reply must have at most 20000")):
        refused = press(pat, form, page, body=body, key="x" * 30)
        assert refused.status_code == 422
        assert said in refused.text
        assert '<details class="reply-box" open>' in refused.text
    again = press(pat, form, page, body="Something else")
    assert "You sent this reply before, with other words." in again.text
    assert press(pat, again, page, body="Something else").status_code == 303
    assert stored(pat) == 4


def test_the_history_of_a_topic_shows_all_its_conversations_though_it_is_off(pat: Browser) -> None:
    for subject in ("First bill", "Second bill"):
        answer_to(pat, sent(pat, subject=subject))
    pat.service.house.save(settings(practice=topic_set({}, off=[Topic.BILLING])))

    text = pat.open("/portal/topics/billing").text

    assert text.index("Second bill") < text.index("First bill")
    assert text.count('<li class="entry') == 4
    assert "Nothing was written about Other yet" in pat.open("/portal/topics/other").text
    assert pat.open("/portal/topics/nonsense").status_code == 404


def test_who_acts_for_a_patient_sees_whose_chart_it_is_and_nothing_private(pat: Browser) -> None:
    shared, private = sent(pat, subject="Shared"), sent(pat, subject="Hidden", private=True)
    al = come(pat, "pat", "al")

    shown = [al.open(one) for one in (PAGE, COMPOSE, f"/portal/conversations/{shared.conversation}")]

    assert all("You act for <strong><bdi>Pat Doe</bdi></strong>" in one.text for one in shown)
    assert "Hidden" not in shown[0].text + al.open("/portal/topics/billing").text
    refused = al.open(f"/portal/conversations/{private.conversation}")
    assert refused.status_code == 404
    assert "You act for" in refused.text
    assert 'name="private"' not in shown[1].text
    assert press(al, shown[1], **bill(private="on")).status_code == 422
    done = press(al, shown[1], **bill())
    assert al.open(done.headers["location"]).status_code == 200
    assert pat.open(done.headers["location"]).status_code == 404
    assert 'Al Doe</bdi> <span class="quiet">(acting for the patient)' in pat.open("/portal/topics/billing").text
    assert ">Private</span>" in pat.open(f"/portal/conversations/{private.conversation}").text


def test_permissions_are_checked_at_each_call(pat: Browser) -> None:
    read, wrote = frozenset({Permission.READ}), frozenset({Permission.WRITE})
    with_users(pat, reader=read, writer=wrote)
    receipt = sent(pat)
    page = f"/portal/conversations/{receipt.conversation}"
    reader, writer = come(pat, "pat", "reader"), come(pat, "pat", "writer")

    not_permitted = "Writing messages for this patient is not among your permissions."
    assert not_permitted in reader.open(COMPOSE).text
    assert not_permitted in reader.open(page).text
    token = {"csrf": reader.open(PAGE).text.split('csrf-token" content="')[1][:64]}
    assert reader.client.post(page, data=token | {"body": "Hello"}).status_code == 409
    assert reader.client.post(COMPOSE, data=token | bill()).status_code == 409
    assert "Reading messages is not among your permissions" in writer.open(PAGE).text
    assert (writer.open(page).status_code, writer.open("/portal/topics/billing").status_code) == (404, 404)
    done = press(writer, writer.open(COMPOSE), **bill())
    assert "Open the conversation" not in writer.open(done.headers["location"]).text
    form = pat.open(page)
    with_users(pat)
    assert reader.open(page).status_code == 401
    assert press(pat, form, page, body="Mine").status_code == 303


def test_another_patients_conversation_is_not_there(pat: Browser) -> None:
    other = sent(pat, patient="sam")
    page = f"/portal/conversations/{other.conversation}"
    mine = pat.open(f"/portal/conversations/{sent(pat).conversation}")

    answers = [pat.open(page), press(pat, mine, page, body="Hello"), pat.open(f"/portal/sent/{other.id}")]
    answers += [pat.open(one) for one in (f"/portal/conversations/{uuid4()}", "/portal/conversations/x")]

    assert {one.status_code for one in answers} == {404}
    assert stored(pat, "sam") == 1


def test_what_patients_write_is_shown_as_written_and_harmless(pat: Browser) -> None:
    long = HOSTILE + "W" * (20_000 - len(HOSTILE))

    done = press(pat, pat.open(COMPOSE), **bill(subject=HOSTILE, body=long))

    assert done.status_code == 303
    thread = re.search(r"/portal/conversations/[0-9a-f-]{36}", pat.open(PAGE).text)
    assert thread
    for path in (PAGE, thread[0], "/portal/topics/billing"):
        text = pat.open(path).text
        assert "<script>alert" not in text
        assert HOSTILE in html.unescape(text)
    assert long in html.unescape(pat.open(thread[0]).text)


def test_many_conversations_come_in_pages(pat: Browser) -> None:
    house = pat.service.house
    house.write(*(house.draft(f"many-{one}", patient="pat", subject=f"Bill {one:02}") for one in range(22)))

    first = pat.open(PAGE).text
    older = re.search(r'href="(/portal\?before=[^"]+)">Older conversations', first)
    assert older
    second = pat.open(older[1]).text

    assert first.count('<li class="conversation') == 20
    assert second.count('<li class="conversation') == 2
    assert "Older conversations" not in second
    assert "Newest conversations" in second
    assert pat.open(f"{PAGE}?before=nonsense").status_code == 422


def test_nobody_comes_in_without_a_link(browser: Browser) -> None:
    for path in (
        PAGE,
        COMPOSE,
        f"/portal/conversations/{uuid4()}",
        "/portal/topics/billing",
        f"/portal/sent/{uuid4()}",
    ):
        page = browser.open(path)
        assert page.status_code == 401
        assert "open your messages again from your practice" in page.text
