"""The portal without scripts: the messages view, conversations and the history of a topic."""

import html
import re
from uuid import uuid4

from router.practice.people import Permission
from router.practice.topics import Topic
from tests.builders import settings, topic_set
from tests.integration.pages.conftest import Browser
from tests.integration.pages.portal.portals import (
    COMPOSE,
    PAGE,
    answer_to,
    bill,
    come,
    press,
    sent,
    stored,
    with_users,
)
from tests.integration.pages.portal.portals import pat as pat  # noqa: PLC0414 - the fixture is shared.

HOSTILE = "<script>alert('1')</script> \u202eright to left\u200f 😀 & \"quoted\""


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
    assert "1 new message</strong> in 1 conversation" in pat.open(PAGE).text
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
    assert "A reply from this form was already sent" in again.text
    assert press(pat, again, page, body="Something else").status_code == 303
    assert stored(pat) == 4


def test_the_history_of_a_topic_shows_all_its_conversations_though_it_is_off(pat: Browser) -> None:
    for subject in ("First bill", "Second bill"):
        answer_to(pat, sent(pat, subject=subject))
    pat.service.house.save(settings(practice=topic_set({}, off=[Topic.BILLING])))

    text = pat.open("/portal/topics/billing").text

    assert text.index("Second bill") < text.index("First bill")
    assert text.count('<li class="entry') == 4
    assert "There are no messages about Other yet" in pat.open("/portal/topics/other").text
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

    not_permitted = "You don&#39;t have permission to write messages for this patient."
    assert not_permitted in reader.open(COMPOSE).text
    assert not_permitted in reader.open(page).text
    token = {"csrf": reader.open(PAGE).text.split('csrf-token" content="')[1][:64]}
    assert reader.client.post(page, data=token | {"body": "Hello"}).status_code == 409
    assert reader.client.post(COMPOSE, data=token | bill()).status_code == 409
    assert "You don&#39;t have permission to read messages" in writer.open(PAGE).text
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

    assert {answer.status_code for answer in answers} == {404}
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
    house.write(*(house.draft(f"many-{number}", patient="pat", subject=f"Bill {number:02}") for number in range(22)))

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
        assert "Sign in there, as you always do." in page.text
