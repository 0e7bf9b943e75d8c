"""Turning urgent messages on: the ladder that goes with them, and a session that ends in between."""

from playwright.sync_api import expect

from tests.browser.conftest import NARROW, enlarge_text
from tests.browser.test_inbox import sign_in_again

PAGE = "/admin/messaging/urgency"


def test_whoever_turns_urgent_messages_on_without_a_ladder_is_led_to_it(visitor, axe, fits) -> None:
    window = visitor(viewport=NARROW, color_scheme="dark")
    page = window.sign_in("olivia", PAGE)
    ladder = page.get_by_role("group", name="Ladder of urgent messages")
    expect(ladder.get_by_role("group", name="Step 1").get_by_label("it after")).to_have_value("")
    page.get_by_role("switch", name="Let patients mark a message as urgent").check()
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Urgent messages have no ladder of their own")).to_be_visible()
    axe(page)

    page.get_by_role("link", name="Take the ready-made ladder").click()
    page.get_by_role("button", name="Use the ready-made ladder").click()
    expect(ladder.get_by_role("group", name="Step 3").get_by_label("it after")).to_have_value("1")
    assert window.site.messaging()["urgent_ladder"] == []
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    expect(page.get_by_text("Urgent messages have no ladder of their own")).to_have_count(0)
    assert [step["after"] for step in window.site.messaging()["urgent_ladder"]] == [15, 30, 60]
    axe(page)
    enlarge_text(page)
    fits(page)


def test_adding_somebody_on_call_with_enter_leaves_red_flags_off_until_they_are_turned_on(visitor, axe) -> None:
    window = visitor(viewport=NARROW)
    page = window.sign_in("olivia", PAGE)
    page.get_by_label("Add somebody").fill("frank")
    page.get_by_label("Add somebody").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Saved")).to_contain_text("On call: added")
    expect(page.get_by_text("Red flags are off")).to_be_visible()
    assert window.site.messaging()["red_flags"] == []
    axe(page)

    page.get_by_role("switch", name="Turn red flags on").check()
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("status").filter(has_text="Saved")).to_contain_text("Red flags: turned on.")
    assert [group["phone"] for group in window.site.messaging()["red_flags"]] == ["911", "988"]


def test_errors_are_read_first_and_lead_to_their_fields(visitor, axe, fits) -> None:
    window = visitor(viewport=NARROW)
    page = window.sign_in("olivia", PAGE)
    page.get_by_role("switch", name="Turn red flags on").check()
    page.get_by_label("Country").select_option("Another country")
    page.get_by_label("it after").first.fill("soon")
    page.get_by_role("button", name="Save").first.click()

    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(alert.get_by_role("listitem")).to_have_count(3)
    axe(page)
    fits(page)
    alert.get_by_role("link", name="Group crisis, number to call").click()
    number = page.locator("[id='phone.crisis']")
    expect(number).to_be_focused()
    expect(number).to_have_value("")
    expect(number).to_have_attribute("aria-invalid", "true")
    alert.get_by_role("link", name="Step 1").click()
    expect(page.get_by_label("it after").first).to_be_focused()
    assert window.site.messaging()["red_flags"] == []


def test_a_group_that_was_being_written_is_there_after_signing_in_again(visitor) -> None:
    window = visitor()
    window.page.clock.install()
    page = window.sign_in("olivia", PAGE)
    page.get_by_label("Name of the group").fill("bleeding")
    page.get_by_role("button", name="Add the group").click()
    phrases = page.locator("[id='phrases.bleeding.en']")
    phrases.fill("soaked through")

    page.clock.fast_forward("05:00")
    page.clock.fast_forward("15:00")
    page.wait_for_url("**/sign-in?ended=1&next=**")
    sign_in_again(page, "olivia")

    expect(phrases).to_have_value("soaked through")
    expect(page.get_by_text("Red flags are off")).to_be_visible()
