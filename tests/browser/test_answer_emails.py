"""From the email about an answer to the answer, where the practice has told the address of its portal and where not."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW
from tests.browser.test_inbox import deliver, open_messaging
from tests.browser.test_people import newest_email
from tests.processes import wait_for

ADDRESS = "sam.reed@home.example"


def answered(site, key: str) -> None:
    """Sam wrote, and has an answer."""
    delivery = deliver(site, "patel", patient="sam", subject=f"My bill {key}")
    reply = {"staff": "patel", "body": "It is right."}
    assert site.portal.call("POST", f"/v1/deliveries/{delivery}/reply", reply)[0] == 201


def both_are_listed(page: Page) -> bool:
    page.reload()
    return page.get_by_role("listitem").filter(has_text=ADDRESS).count() == 2


def test_the_link_leads_to_the_portal_of_the_practice_or_says_how_to_come_in(visitor, axe, fits) -> None:
    phone = visitor(viewport=NARROW, color_scheme="dark")
    site, page = phone.site, phone.page
    sam = {"id": "sam", "name": "Sam Reed", "email": ADDRESS, "notify": True, "home_site": "south", "sites": ["south"]}
    assert site.portal.call("PUT", "/v1/roster", {"patients": [sam]})[0] == 200
    open_messaging(site, "patel")
    answered(site, "one")

    newest_email(page, site.mail_link(), ADDRESS)
    page.frame_locator("iframe").get_by_role("link", name="Read your message").click()
    expect(page.get_by_role("heading", name="Sign in to read your messages")).to_be_visible()
    axe(page)
    fits(page)

    # An address of its own; the sign-in page stands for it here.
    administrator = visitor().sign_in("olivia", "/admin/messaging/emails")
    administrator.get_by_label("Practice name in the emails").fill("Willow")
    administrator.get_by_label("Address of your patient portal").fill("https://portal.example/messages")
    administrator.get_by_role("button", name="Save").click()
    expect(administrator.get_by_text("Saved", exact=True)).to_be_visible()
    answered(site, "two")
    page.goto(site.mail_link())
    wait_for(lambda: both_are_listed(page), "the second email")
    newest_email(page, site.mail_link(), ADDRESS)
    expect(page.get_by_text("Willow").first).to_be_visible()
    link = page.frame_locator("iframe").get_by_role("link").first
    expect(link).to_have_attribute("href", "https://portal.example/messages")
