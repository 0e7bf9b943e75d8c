"""Patients read, reply and find their way in the portal, in a browser, each test with a patient of its own."""

import re
from email import policy
from email.parser import BytesHeaderParser

from playwright.sync_api import expect

from tests.browser.conftest import NARROW, Site, Visitor, enlarge_text
from tests.browser.portals import answer, come, fill, send, topic, written
from tests.browser.portals import site as site  # noqa: PLC0414 - the fixture is shared.
from tests.processes import wait_for

HOSTILE = "<script>alert('1')</script> \u202eright to left\u200f 😀" + "W" * 140


def test_the_keyboard_is_enough_to_read_and_reply(visitor) -> None:
    window = visitor()
    conversation = written(window.site, "replier", "one", subject="The bill of May")
    answer(window.site, conversation)
    page = come(window, "replier")
    expect(page.get_by_text("1 new message in 1 conversation.")).to_be_visible()
    assert "1 new" in page.title()
    page.get_by_role("link", name="Write a message").focus()

    page.keyboard.press("Tab")
    expect(page.get_by_label("Search your messages")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="The bill of May")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The bill of May")).to_be_visible()
    expect(page.get_by_role("list", name="Messages, newest first").get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_text("Billing Office New")).to_be_visible()
    page.keyboard.press("Tab")
    page.locator("summary", has_text="Reply").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your reply")).to_be_focused()
    page.keyboard.type("Thank you!")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Your reply was sent")).to_be_visible()
    assert page.url.endswith(f"/portal/conversations/{conversation}")
    expect(page.get_by_text("Luis")).to_have_count(0)
    page.emulate_media(media="print")
    expect(page.locator(".reply-box")).to_be_hidden()
    expect(page.get_by_text("Patient: Replier Reed, born 9 Apr 1961")).to_be_visible()
    expect(page.get_by_text("Thank you!")).to_be_visible()


def test_new_entries_appear_by_themselves_and_leave_what_is_being_written(visitor) -> None:
    window = visitor()
    conversation = written(window.site, "follower", "one", subject="The bill of May")
    page = come(window, "follower")
    page.goto(f"{window.site.url}/portal/conversations/{conversation}")
    page.locator("summary", has_text="Reply").click()
    page.get_by_label("Your reply").fill("Half a reply")

    answer(window.site, conversation, "Here is what the insurer said.")
    # What the page does every few seconds, and whenever somebody comes back to it.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.get_by_text("Here is what the insurer said.")).to_be_visible()
    expect(page.locator("[data-said]")).to_have_text("New entry from Billing Office.")
    expect(page.get_by_label("Your reply")).to_have_value("Half a reply")
    expect(page.get_by_label("Your reply")).to_be_focused()


def unsubscribe_link(site: Site) -> str:
    """The address to unsubscribe in the one email to a patient that was caught."""
    parser = BytesHeaderParser(policy=policy.default)
    emails = [parser.parsebytes(file.read_bytes()) for file in (site.data / "mail").glob("[cn][ue]*/*")]
    return next((str(email["List-Unsubscribe"]).strip("<>") for email in emails if email["List-Unsubscribe"]), "")


def test_emails_about_answers_are_turned_off_by_their_link_and_on_again_in_the_portal(visitor, axe, fits) -> None:
    phone: Visitor = visitor(viewport=NARROW)
    written(phone.site, "mailed", "one", topic="billing")
    wait_for(lambda: bool(inbox_of(phone.site, "gomez", "mailed")), "the message")
    delivery = inbox_of(phone.site, "gomez", "mailed")[0]
    reply = {"staff": "gomez", "body": "It is right."}
    assert phone.site.portal.call("POST", f"/v1/deliveries/{delivery}/reply", reply)[0] == 201
    wait_for(lambda: bool(unsubscribe_link(phone.site)), "the email")
    page = phone.page
    page.goto(unsubscribe_link(phone.site))
    expect(page.get_by_role("heading", level=1)).to_have_text("Turn off emails?")
    axe(page)
    fits(page)

    page.get_by_role("button", name="Turn off emails").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Emails are off")
    axe(page)
    fits(page)
    phone.enter_portal("mailed")
    expect(page.get_by_role("heading", name="Emails about answers: off")).to_be_visible()
    page.get_by_role("button", name="Turn on emails").click()
    expect(page.get_by_role("heading", name="Emails about answers: on")).to_be_visible()
    axe(page)
    fits(page)
    enlarge_text(page)
    fits(page)


def inbox_of(site: Site, staff: str, patient: str) -> list[str]:
    """The deliveries of a patient's messages to somebody."""
    _, found = site.portal.call("GET", f"/v1/staff/{staff}/inbox")
    return [item["id"] for item in found["items"] if item["patient"]["id"] == patient]


def test_the_pages_keep_nobody_out_whatever_was_written(visitor, axe, fits) -> None:
    window = visitor()
    conversation = written(window.site, "reader", "hostile", subject=HOSTILE, body=HOSTILE + "W" * 19_000)
    answer(window.site, conversation, HOSTILE)
    page = come(window, "reader")
    expect(page.get_by_role("link", name=HOSTILE).first).to_be_visible()

    def look(path: str) -> None:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(window.site.url + path)
        reply = page.locator("summary", has_text="Reply")
        if reply.is_visible():
            reply.click()
        if path == "/portal/compose":
            topic(page, "Medical").check()
            page.get_by_role("button", name="Send message").click()
            expect(page.get_by_text("Choose who gets your message.").first).to_be_visible()
        axe(page)
        page.set_viewport_size({"width": 320, "height": 640})
        axe(page)
        enlarge_text(page)
        fits(page)

    for path in ("/portal", f"/portal/conversations/{conversation}", "/portal/topics/billing", "/portal/compose"):
        look(path)
    page.goto(f"{window.site.url}/portal")
    page.get_by_label("Search your messages").fill("script right")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("conversations? found"))).to_be_visible()
    assert page.url.endswith("/portal/search")
    axe(page)
    enlarge_text(page)
    fits(page)
    page.goto(f"{window.site.url}/portal/conversations/{conversation}")
    # Its change of direction ends where it ends; everything else is as written.
    assert page.locator(".entry-body").first.text_content() == HOSTILE + "\u202c"
    come(window, "reader", "helper")
    look("/portal")
    expect(page.get_by_text("You act for Reader Reed, born")).to_be_visible()
    page.goto(f"{window.site.url}/portal/compose")
    topic(page, "Billing").check()
    fill(page, "A bill", "From somebody who helps.")
    send(page)
    look(page.url.removeprefix(window.site.url))
    come(window, "newcomer")
    look("/portal")
