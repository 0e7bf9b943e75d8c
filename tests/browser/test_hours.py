"""Opening hours in a browser: copying a day, ticking holidays, and a session that ends in between."""

import re

from playwright.sync_api import Dialog, Locator, Page, expect

from tests.browser.conftest import NARROW, WIDE, enlarge_text
from tests.browser.test_inbox import sign_in_again

PAGE = "/admin/messaging/hours"
WORKDAY = "08:00-12:00, 13:00-17:00"


def day(page: Page, weekday: str) -> Locator:
    """The field of a weekday; a box to copy Monday to has the same label."""
    return page.locator(f"[id='week.{weekday}']")


def open_minutes(page: Page) -> list[int]:
    """How many minutes are drawn as open on each of the coming days."""
    days = page.locator(".fortnight li").all()
    return [sum(int(bar.get_attribute("width") or 0) for bar in day.locator(".bar-open").all()) for day in days]


def test_monday_is_copied_holidays_are_ticked_and_the_coming_days_are_drawn(visitor, axe, fits) -> None:
    window = visitor()
    page = window.sign_in("olivia", PAGE)
    day(page, "mon").fill(WORKDAY)
    page.get_by_role("checkbox", name="Friday").uncheck()
    page.get_by_role("button", name="Copy", exact=True).press("Enter")
    for weekday in ("tue", "wed", "thu"):
        expect(day(page, weekday)).to_have_value(WORKDAY)
    expect(day(page, "fri")).to_have_value("")
    expect(page.get_by_role("heading", name="The week")).to_be_focused()
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    minutes = open_minutes(page)
    assert (len(minutes), sum(minutes)) == (14, 2 * 4 * 8 * 60)

    page.get_by_label("Public holidays of").select_option(label="United States")
    page.get_by_role("button", name="Show them").click()
    holidays = page.locator(".holidays")
    holidays.get_by_role("checkbox", name=re.compile("Christmas Day")).first.check()
    axe(page)
    page.get_by_role("button", name="Add the ticked days").click()
    expect(page.get_by_label("Dates that differ from the week")).to_have_value(re.compile(r"^\d{4}-12-25 closed"))
    expect(holidays.get_by_role("checkbox", name=re.compile("Christmas Day")).first).to_be_disabled()
    expect(day(page, "mon")).to_have_value(WORKDAY)

    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("Opening hours, Monday to Thursday: 08:00-12:00, 13:00-17:00.")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Opening hours, dates: 25 Dec \d{4} closed\."))).to_be_visible()
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        axe(page)
    enlarge_text(page)
    fits(page)


def test_what_is_not_saved_is_not_left_without_a_question(visitor) -> None:
    window = visitor()
    page = window.sign_in("olivia", PAGE)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    day(page, "sat").fill("09:00-08:00")
    page.get_by_role("button", name="Save").last.click()
    expect(page.locator("#errors")).to_be_focused()
    page.get_by_role("link", name="Ladders").first.click()

    expect(day(page, "sat")).to_have_value("09:00-08:00")
    assert asked == ["beforeunload"]


def test_what_was_typed_is_back_in_place_after_signing_in_again(visitor) -> None:
    """Also what a button took over and nobody has saved yet."""
    window = visitor()
    window.page.clock.install()
    page = window.sign_in("olivia", PAGE)
    day(page, "mon").fill(WORKDAY)
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(day(page, "fri")).to_have_value(WORKDAY)
    page.get_by_label("Open round the clock").check()

    page.clock.fast_forward("05:00")
    page.clock.fast_forward("13:30")
    expect(page.get_by_text("What you typed is saved in this tab.")).to_be_visible()
    page.clock.fast_forward("02:00")
    page.wait_for_url("**/sign-in?ended=1&next=**")
    sign_in_again(page, "olivia")

    expect(day(page, "fri")).to_have_value(WORKDAY)
    expect(page.get_by_label("Open round the clock")).to_be_checked()
    assert not window.site.messaging()["hours"]["practice"]["weekly"].get("fri")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("Open round the clock turned on.")).to_be_visible()
    page.reload()
    expect(day(page, "fri")).to_have_value(WORKDAY)


def test_what_was_sent_after_the_session_had_ended_is_sent_with_one_click(visitor) -> None:
    window = visitor()
    page = window.sign_in("olivia", PAGE)
    day(page, "mon").fill(WORKDAY)
    window.site.command("staff", "password", "olivia", given="correct horse battery\n")

    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Sign in").click()
    sign_in_again(popup.value, "olivia")
    popup.value.wait_for_url(lambda address: "/sign-in" not in address)
    page.get_by_role("button", name="Send it now").click()

    expect(page.get_by_text("Opening hours, Monday: 08:00-12:00, 13:00-17:00.")).to_be_visible()
