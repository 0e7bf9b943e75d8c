"""The list of the staff's inbox, without scripts."""

import html
import re
from datetime import date
from uuid import uuid4

import pytest

from adapters.http.pages.inbox import entries
from router.actors import COMMAND
from router.flows.staff.replies import ReplyRequest
from router.flows.staff.urgency import PriorityRequest
from router.messages.inbox import DeliveryRef
from router.messages.priority import Priority
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import a_patient, settings
from tests.house import PRACTICE
from tests.integration.pages.conftest import Browser
from tests.integration.pages.inbox.inboxes import (
    HOSTILE,
    item,
    page_of,
)
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414


def test_the_list_says_whose_it_is_who_wrote_and_why_it_came(ann: Browser) -> None:
    page = ann.open("/inbox")
    text = html.unescape(page.text)

    assert "<title>(2) Inbox · Clinic</title>" in text
    for said in ("Pat Dœ", "MRN-1", "Cara Doe", "Billing", "North Clinic", "You are a recipient of this topic."):
        assert said in text
    assert text.index("Second subject") < text.index("First subject")
    assert page.headers["cache-control"] == "no-store"
    assert not re.search(r'href="[^"]*(pat|sam|cara)\b', page.text)


def test_tabs_show_what_is_unread_mine_and_done(ann: Browser) -> None:
    house = ann.service.house
    assert "You own no conversations" in ann.open("/inbox?view=mine").text
    assert "Nothing is done yet" in ann.open("/inbox?view=done").text
    house.replies.claim(DeliveryRef(PRACTICE, item(house).delivery, "ann", COMMAND))
    house.read_inbox.mark(DeliveryRef(PRACTICE, item(house).delivery, "ann", COMMAND), DeliveryState.DONE)

    shown = {view: ann.open(f"/inbox?view={view}").text for view in ("open", "unread", "mine", "done", "<x>")}

    assert {view: "First subject" in text for view, text in shown.items()} == {
        "open": False,
        "unread": False,
        "mine": True,
        "done": True,
        "<x>": False,
    }
    assert "Owned by you" in shown["mine"]
    house.read_inbox.mark(
        DeliveryRef(PRACTICE, item(house, subject="Second subject").delivery, "ann", COMMAND), DeliveryState.READ
    )
    assert "No unread messages" in ann.open("/inbox?view=unread").text


def test_an_empty_inbox_says_what_to_do(browser: Browser) -> None:
    text = browser.sign_in("ben").open("/inbox").text

    assert "No messages are waiting for you" in text
    assert "/inbox/absence" in text


def test_a_long_inbox_has_pages(browser: Browser) -> None:
    house = browser.service.house
    house.save(settings({Topic.BILLING: ["ann"]}))
    house.write_many(55)
    house.route.run()
    browser.sign_in("ann")

    first = browser.open("/inbox")
    following = html.unescape(re.findall(r'href="(/inbox\?view=open&amp;before=[^"]+)"', first.text)[0])
    second = browser.open(following)

    found = re.compile(r'data-delivery="([^"]+)"')
    assert len(set(found.findall(first.text))) == 50
    assert len(set(found.findall(first.text)) | set(found.findall(second.text))) == 55
    assert "data-live" in first.text
    assert "data-live" not in second.text
    assert browser.open("/inbox?before=nonsense").status_code == 422


def test_an_email_leads_to_its_message(ann: Browser) -> None:
    delivery = item(ann.service.house).delivery

    assert ann.open(f"/inbox?delivery={delivery}").headers["location"] == f"/inbox/message/{delivery}"


def test_hostile_text_is_shown_as_written_and_harmless(ann: Browser) -> None:
    house = ann.service.house
    house.bring([], [a_patient("eve", name=HOSTILE, record_number=HOSTILE)])
    house.write(house.draft("hostile", patient="eve", subject=HOSTILE, body=HOSTILE + "x" * 19_000))
    house.route.run()
    one = item(house, subject=HOSTILE)
    house.replies.reply(DeliveryRef(PRACTICE, one.delivery, "ann", COMMAND), ReplyRequest(HOSTILE))

    searched = ann.send("/inbox/search", "/inbox/search", patient=HOSTILE)
    pages = [ann.open("/inbox?view=done"), ann.open(page_of(one)), searched]

    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert HOSTILE in html.unescape(page.text)
        assert HOSTILE not in html.unescape(page.text.split("</title>")[0])


def test_everything_that_was_looked_at_is_on_record(ann: Browser) -> None:
    house = ann.service.house
    one = item(house)
    for path in ("/inbox", page_of(one), "/inbox/latest"):
        assert ann.open(path).status_code == 200

    rows = house.operations.audit(PRACTICE, None, 3)

    assert [row.action for row in rows] == ["inbox.read", "conversation.read", "inbox.read"]
    assert all(row.actor.id == "ann" and "Pat" not in str(row.details) for row in rows)


def test_nobody_else_comes_in(browser: Browser) -> None:
    for path in ("/inbox", "/inbox/search", "/inbox/absence", f"/inbox/message/{uuid4()}", "/inbox/latest"):
        assert browser.open(path).headers["location"].startswith("/sign-in")
    asked = browser.client.get("/inbox/latest", headers={"Accept": "application/json, text/html"})
    assert asked.status_code == 401


def test_a_name_that_turns_the_direction_of_writing_ends_where_it_is_isolated(ann: Browser) -> None:
    house = ann.service.house
    house.bring([], [a_patient("sam", name="Sam\u2069 \u202edeeR", birth_date=date(1980, 1, 2))])

    page = ann.open("/inbox").text

    assert '<bdi class="delivery-name">Sam \u202edeeR\u202c</bdi>' in page


def test_what_becomes_urgent_is_on_a_later_page(ann: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """The link to it says what stood first, so that it is the only one left out."""
    monkeypatch.setattr(entries, "A_PAGE", 1)
    house = ann.service.house
    first, second = (DeliveryRef(PRACTICE, item.delivery, "ann", COMMAND) for item in house.inbox("ann").items)
    urgent = PriorityRequest(Priority.URGENT)
    house.urgency.change(second, urgent)

    (link,) = re.findall(r'href="(/inbox\?[^"]*before=[^"]*)"', ann.open("/inbox").text)
    house.urgency.change(first, urgent)
    page = ann.open(html.unescape(link)).text

    assert f"/inbox/message/{first.delivery}?" in page
    assert f"/inbox/message/{second.delivery}?" not in page
    (message,) = set(re.findall(rf'href="(/inbox/message/{first.delivery}[^"]*)"', page))
    assert ann.open(html.unescape(message)).text.count(f"/inbox/message/{second.delivery}?") == 1
    assert ann.open(f"/inbox/message/{first.delivery}?before=made-up").status_code == 200
