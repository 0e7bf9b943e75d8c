"""What is asked before an act that is hard to take back: on a phone, announced, and with the keyboard."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.browser.conftest import NARROW
from tests.browser.test_inbox import deliver, open_messaging


def test_a_forward_to_somebody_who_is_away_and_a_deletion_ask_first(visitor, axe, fits) -> None:
    window = visitor(viewport=NARROW)
    open_messaging(window.site, "patel")
    delivery = deliver(window.site, "patel", patient="maria", subject="Refill")
    page = window.sign_in("okafor", "/inbox/absence")
    now = datetime.now(UTC)
    page.get_by_label("From").fill(f"{now - timedelta(days=2):%Y-%m-%dT08:00}")
    page.get_by_label("Until").fill(f"{now + timedelta(days=9):%Y-%m-%dT08:00}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your absence is saved.")).to_be_visible()

    page = window.sign_in("patel", f"/inbox/message/{delivery}")
    page.get_by_role("heading", name="Forward to a colleague").click()
    page.get_by_label("Forward to").fill("okafor")
    page.get_by_label("Forward the whole conversation").check()
    page.get_by_role("button", name="Forward", exact=True).press("Enter")
    expect(page.locator("#asks")).to_be_focused()
    expect(page.locator("#asks")).to_contain_text("Ruth Okafor is away until")
    axe(page)
    fits(page)
    page.get_by_role("button", name="Forward it to Ruth Okafor anyway").press("Enter")
    expect(page.get_by_text("and nobody covers.")).to_be_visible()

    page.goto(f"{window.site.url}/inbox/quick-texts")
    page.get_by_label("Title").fill("Ready")
    page.get_by_label("Text").fill("It is ready.")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_role("heading", name="Ready").click()
    page.get_by_role("button", name="Delete …").press("Enter")
    expect(page.locator("#asks")).to_be_focused()
    axe(page)
    fits(page)
    page.get_by_role("button", name="Delete it").press("Enter")
    expect(page.get_by_text("The quick text is deleted.")).to_be_visible()
