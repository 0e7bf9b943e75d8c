"""One's own password: changed while one knows it, and chosen anew where it is forgotten."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, enlarge_text
from tests.browser.sample import PASSWORD, PRACTICE
from tests.browser.test_people import choose, newest_email

NEW = "several words are easy"


def sign_in_with(page: Page, url: str, password: str) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("Practice", exact=True).fill(PRACTICE)
    page.get_by_label("Email address or staff id").fill("patel")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_a_nurse_changes_her_password_with_the_keyboard_alone(visitor, axe, fits) -> None:
    window, elsewhere = visitor(viewport=NARROW), visitor()
    elsewhere.sign_in("patel", "/inbox")
    page = window.sign_in("patel", "/account")
    page.get_by_label("Current password").focus()
    for typed in ("not her password", NEW, NEW):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#error-current")).to_be_visible()
    axe(page)

    page.get_by_label("Current password").focus()
    for typed in (PASSWORD, NEW, NEW):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your password was changed")).to_be_visible()
    axe(page)
    enlarge_text(page)
    fits(page)
    elsewhere.page.reload()
    elsewhere.page.wait_for_url("**/sign-in**")
    sign_in_with(elsewhere.page, window.site.url, PASSWORD)
    expect(elsewhere.page.get_by_text("That did not work")).to_be_visible()
    sign_in_with(elsewhere.page, window.site.url, NEW)
    elsewhere.page.wait_for_url("**/inbox")


def test_the_menu_of_an_administrator_fits_on_a_phone(visitor, fits) -> None:
    """Her name stands to the right of two other items there, so that a menu below it would hang over the edge."""
    page = visitor(viewport={"width": 390, "height": 800}).sign_in("olivia", "/admin/people")

    page.locator("summary").filter(has_text="Olivia Hart").click()

    expect(page.get_by_role("button", name="Sign out everywhere")).to_be_visible()
    fits(page)
    enlarge_text(page)
    fits(page)


def test_a_forgotten_password_is_chosen_anew_by_oneself(visitor, axe) -> None:
    window = visitor()
    page, url = window.page, window.site.url
    page.goto(f"{url}/forgotten")
    page.get_by_label("Practice", exact=True).fill("Willow Creek Clinic")
    page.get_by_label("Email address or staff id").fill("PATEL@willow.example")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Look at your email")).to_be_visible()

    newest_email(page, window.site.mail_link(), "patel@willow.example")
    page.frame_locator("iframe").get_by_role("link", name="Choose a new password").click()
    page.wait_for_url("**/password?link=*")
    choose(page, NEW, NEW)
    expect(page.get_by_text("Your password is saved")).to_be_visible()
    axe(page)
    sign_in_with(page, url, NEW)

    page.wait_for_url("**/inbox")
