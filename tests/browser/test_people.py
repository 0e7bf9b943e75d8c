"""From an invitation to a sign-in, as the administrator and the nurse do it, and the page of caught emails."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, enlarge_text
from tests.browser.sample import PRACTICE

PAGE = "/admin/people"
PASSWORD = "several words are easy"


def newest_email(page: Page, mail_link: str, to: str) -> None:
    """Open what was caught for somebody, as soon as it was."""
    line = page.get_by_role("listitem").filter(has_text=to).first
    page.goto(mail_link)
    for _ in range(50):
        if line.is_visible():
            break
        page.wait_for_timeout(100)
        page.reload()
    line.get_by_role("link").click()


def choose(page: Page, password: str, again: str) -> None:
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_label("Repeat the password").fill(again)
    page.get_by_role("button", name="Save password").click()


def test_a_nurse_is_invited_follows_the_email_and_signs_in(visitor, axe, fits) -> None:
    """The pages on the way keep nobody out either."""
    administrator, nurse = visitor(), visitor(viewport=NARROW)
    url = administrator.site.url
    page = administrator.sign_in("olivia", PAGE)
    page.get_by_label("Search").fill("okafor")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 person found.")).to_be_visible()
    page.get_by_role("button", name="Send a reset: Ruth Okafor").click()
    expect(page.get_by_text("An email is on its way to Ruth Okafor")).to_be_visible()

    page = nurse.page
    newest_email(page, nurse.site.mail_link(), "okafor@willow.example")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Choose a new password")).to_be_visible()
    expect(page.locator("pre").get_by_role("link")).to_have_count(1)
    axe(page)
    enlarge_text(page)
    fits(page)
    frame.get_by_role("link", name="Choose a new password").click()
    page.wait_for_url("**/password?link=*")
    axe(page)
    enlarge_text(page)
    fits(page)
    choose(page, PASSWORD, "something else entirely")
    expect(page.locator("#error-again")).to_have_text("Error: is not the same as the one above")
    axe(page)
    link = page.locator("input[name=link]").input_value()
    assert link not in (administrator.site.data / "run.log").read_text()
    choose(page, PASSWORD, PASSWORD)

    expect(page.get_by_text("Your password is saved")).to_be_visible()
    expect(page.get_by_label("Practice", exact=True)).to_have_value(PRACTICE)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/inbox")
    page.goto(f"{url}/password?link={link}")
    expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()


def test_without_scripts_and_with_the_keyboard_alone(visitor) -> None:
    window = visitor(java_script_enabled=False)
    page = window.sign_in("olivia", PAGE)

    page.get_by_role("button", name="Send a reset: Frank Dorn").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("An email is on its way to Frank Dorn")).to_be_visible()
    newest_email(page, window.site.mail_link(), "frank@willow.example")
    page.locator("pre").get_by_role("link").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Password", exact=True).focus()
    for typed in (PASSWORD, PASSWORD):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_label("Email address or staff id")).to_have_value("frank")


def test_the_pages_keep_nobody_out(visitor, axe, fits) -> None:
    window = visitor()
    page = window.sign_in("olivia", PAGE)
    page.get_by_role("button", name="Send a reset: Luis Gomez").click()
    page.goto(window.site.mail_link())
    for path in (PAGE, f"{PAGE}?q=nobody+has+this", f"{PAGE}?sent=gomez", "/account", "/mail"):
        page.set_viewport_size(WIDE)
        page.goto(f"{window.site.url}{path}")
        axe(page)
        page.set_viewport_size(NARROW)
        axe(page)
        enlarge_text(page)
        fits(page)


def test_somebody_is_added_falls_ill_and_leaves(visitor, axe, fits) -> None:
    """What hangs on them is told before they go."""
    page = visitor().sign_in("olivia", PAGE)
    page.get_by_role("link", name="Add somebody").click()
    page.get_by_label("Name", exact=True).fill("Ana Diaz")
    page.get_by_label("Email").fill("nowhere")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#error-email")).to_be_visible()
    axe(page)
    page.get_by_label("Email").fill("ana@willow.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ana Diaz")).to_be_visible()
    page.get_by_label("From", exact=True).fill("2030-03-02T08:00")
    page.get_by_label("Until", exact=True).fill("2030-03-09T08:00")
    page.get_by_label("Who covers").fill("okafor")
    page.get_by_role("button", name="Save the absence").click()
    expect(page.get_by_text("Ruth Okafor covers.")).to_be_visible()
    page.get_by_role("link", name="Deactivate …").click()
    expect(page.get_by_text("Nothing depends on them")).to_be_visible()
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        axe(page)
    page.get_by_role("button", name="Deactivate").click()
    expect(page.get_by_role("button", name="Bring them back")).to_be_visible()
    axe(page)
    enlarge_text(page)
    fits(page)
