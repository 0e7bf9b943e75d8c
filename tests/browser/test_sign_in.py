"""Signing in, in a browser."""

from playwright.sync_api import expect

from tests.browser.conftest import NARROW, enlarge_text
from tests.browser.sample import PASSWORD


def test_a_nurse_signs_in_and_out_with_the_keyboard_alone(visitor) -> None:
    window = visitor()
    page = window.page
    page.goto(f"{window.site.url}/sign-in")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.get_by_label("Practice", exact=True).focus()
    for text in ("willow", "patel", "correct horse battery"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox")

    page.goto(f"{window.site.url}/admin/messaging")
    expect(page.get_by_text("This page is for portal administrators.")).to_be_visible()
    page.locator("summary", has_text="Nina Patel").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in")


def test_the_form_is_open_to_everybody(visitor, axe, fits) -> None:
    window = visitor(viewport=NARROW)
    page = window.page
    page.goto(f"{window.site.url}/sign-in?ended=1")
    axe(page)
    enlarge_text(page)
    fits(page)


def test_without_scripts_signing_in_works_too(visitor) -> None:
    page = visitor(java_script_enabled=False).sign_in("olivia", "/admin/messaging")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.locator("summary", has_text="Olivia Hart").click()
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_link_opens_the_portal_without_a_click(visitor) -> None:
    page = visitor().enter_portal("maria", "carlos")

    page.wait_for_url("**/portal")


def test_a_new_password_sends_whoever_had_the_old_one_to_the_form(visitor) -> None:
    window = visitor()
    page = window.sign_in("olivia", "/admin/messaging")
    window.site.command("staff", "password", "olivia", given="correct horse battery\n")

    page.reload()

    page.wait_for_url("**/sign-in?next=/admin/messaging")


def test_an_idle_page_warns_and_then_signs_out(visitor) -> None:
    window = visitor()
    window.page.clock.install()
    page = window.sign_in("olivia", "/admin/messaging")

    page.clock.fast_forward("13:30")
    expect(page.get_by_role("heading", name="Are you still there?")).to_be_visible()
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.get_by_role("heading", name="Are you still there?")).to_be_hidden()
    page.clock.fast_forward("14:00")
    expect(page.get_by_role("heading", name="Are you still there?")).to_be_visible()
    page.clock.fast_forward("02:00")

    page.wait_for_url("**/sign-in?ended=1&next=%2Fadmin%2Fmessaging")
    expect(page.get_by_text("You were signed out")).to_be_visible()


def test_the_practice_is_remembered_where_somebody_wants_it(visitor, axe) -> None:
    window = visitor(color_scheme="dark", viewport=NARROW)
    page, url = window.page, window.site.url
    page.goto(f"{url}/sign-in")
    axe(page)
    page.get_by_label("Practice", exact=True).fill("WILLOW CREEK CLINIC")
    page.get_by_label("Email address or staff id").fill("Olivia@willow.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Remember my practice on this device").check()
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/messaging")
    window.context.clear_cookies()
    page.goto(f"{url}/sign-in")
    expect(page.get_by_label("Practice", exact=True)).to_have_value("WILLOW CREEK CLINIC")

    page.get_by_role("link", name="Get a link by email").click()
    axe(page)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.locator("#error-practice")).to_be_visible()
    axe(page)
    page.get_by_label("Practice", exact=True).fill("willow")
    page.get_by_label("Email address or staff id").fill("patel")
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_text("Look at your email")).to_be_visible()
    axe(page)
