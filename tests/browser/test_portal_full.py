"""A conversation that is full while somebody writes in it, in a browser."""

from playwright.sync_api import expect

from router.messages.message import BODY_LIMIT, CONVERSATION_CHARACTERS
from tests.browser.conftest import enlarge_text
from tests.browser.portals import come, topic
from tests.browser.portals import site as site  # noqa: PLC0414 - the fixture is shared.

WORDS = "It says that "


def test_what_was_being_written_is_kept_and_the_keyboard_leads_to_a_new_message(visitor, axe, fits) -> None:
    window = visitor()
    conversation = window.site.portal.write("filler-one", patient="filler", site="south")[1]["conversation"]
    page = come(window, "filler")
    page.goto(f"{window.site.url}/portal/conversations/{conversation}")
    page.locator("summary", has_text="Reply").press("Enter")
    page.get_by_label("Your reply").press_sequentially(WORDS)
    body = (WORDS * BODY_LIMIT)[:BODY_LIMIT]
    items = [
        {"patient": "filler", "conversation": conversation, "body": body, "idempotency_key": f"filler-{number}"}
        for number in range(CONVERSATION_CHARACTERS // BODY_LIMIT)
    ]
    window.site.portal.call("POST", "/v1/messages/batch", {"items": items})

    page.get_by_role("button", name="Send reply").press("Enter")

    expect(page.get_by_text("This conversation is full. Please write a new message.")).to_be_visible()
    expect(page.get_by_label("Your text (not sent)")).to_have_value(WORDS)
    axe(page)
    page.set_viewport_size({"width": 320, "height": 640})
    enlarge_text(page)
    fits(page)
    page.get_by_role("link", name="Write a new message").press("Enter")
    expect(topic(page, "Billing")).to_be_checked()
    expect(page.get_by_label("Site")).to_have_value("south")
