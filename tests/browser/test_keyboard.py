"""A patient and an administrator who have a keyboard alone: everything is reached by the Tab key."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.sample import PASSWORD, PRACTICE

# More stops than any page has before what is looked for.
MOST_STOPS = 120


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until this is focused, and be sure that one sees it."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            expect(target).to_be_in_viewport()
            return
    raise AssertionError(f"{target} is not reached by Tab")


def test_a_patient_writes_and_replies(visitor) -> None:
    window = visitor()
    settings = window.site.messaging() | {"messaging_enabled": True}
    assert window.site.portal.call("PUT", "/v1/messaging", settings, If_Match='"0"')[0] == 200
    page = window.enter_portal("maria")
    page.wait_for_url("**/portal")

    tab_to(page, page.get_by_role("link", name="Write your first message"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/portal/compose")
    tab_to(page, page.get_by_role("radio", name="Medical", exact=True))
    page.keyboard.press("Space")
    tab_to(page, page.locator("#to\\.medical"))
    page.keyboard.type("Dr. A")
    tab_to(page, page.get_by_label("Subject"))
    page.keyboard.type("A cough")
    tab_to(page, page.get_by_role("textbox", name="Message"))
    page.keyboard.type("For a week now.")
    tab_to(page, page.get_by_role("button", name="Send message"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your message was sent")).to_be_visible()
    expect(page.get_by_text("To: Dr. Amanda Lee")).to_be_visible()

    tab_to(page, page.get_by_role("link", name="Open the conversation"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("summary", has_text="Reply"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your reply")).to_be_focused()
    page.keyboard.type("It is better.")
    tab_to(page, page.get_by_role("button", name="Send reply"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your reply was sent")).to_be_visible()


def test_an_administrator_sets_a_topic_up_and_finds_somebody(visitor) -> None:
    window = visitor()
    page = window.page
    page.goto(f"{window.site.url}/sign-in")
    for label, text in (("Practice", PRACTICE), ("Email address or staff id", "olivia"), ("Password", PASSWORD)):
        tab_to(page, page.get_by_label(label, exact=True))
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/messaging")

    tab_to(page, page.get_by_role("switch", name="Messaging"))
    page.keyboard.press("Space")
    billing = page.get_by_role("group", name="Billing", exact=True)
    field = billing.get_by_label("Add somebody by name or title")
    tab_to(page, field)
    page.keyboard.type("Luis")
    page.keyboard.press("Enter")
    expect(billing.get_by_text("Luis Gomez")).to_be_visible()
    expect(field).to_be_focused()
    tab_to(page, page.get_by_role("button", name="Save changes"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    saved = window.site.messaging()
    assert (saved["messaging_enabled"], saved["practice"]["topics"]["billing"]["recipients"]) == (True, ["gomez"])

    tab_to(page, page.get_by_role("link", name="Patients", exact=True))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Search"))
    page.keyboard.type("alvarez")
    page.keyboard.press("Enter")
    tab_to(page, page.locator("summary", has_text="Stop them from writing"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Reason, for staff only"))
    page.keyboard.type("By agreement")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Maria Alvarez can no longer write.")).to_be_visible()
