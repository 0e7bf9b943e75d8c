"""The list as a tool: several messages at once, the keyboard, density, and arrivals that wait."""

import re
from typing import Any

from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import NARROW
from tests.browser.test_inbox import deliver, open_messaging, write
from tests.processes import wait_for

LAPTOP = ViewportSize(width=1280, height=800)


def fill(window: Any, count: int) -> Page:  # noqa: ANN401 - a visitor.
    """So many messages in front of patel, all of them read."""
    open_messaging(window.site, "patel", "okafor")
    for number in range(count):
        write(window.site, patient="maria", subject=f"Question {number:02}")

    def items() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = window.site.portal.call("GET", "/v1/staff/patel/inbox?limit=200")[1]["items"]
        return found if len(found) == count else []

    for one in wait_for(items, "the deliveries"):
        assert window.site.portal.call("POST", f"/v1/deliveries/{one['id']}/read", {"staff": "patel"})[0] == 200
    page: Page = window.sign_in("patel", "/inbox?sort=oldest")
    _ready(page)
    return page


def _ready(page: Page) -> None:
    """Wait until the page's scripts listen."""
    expect(page.get_by_role("button", name="Keyboard")).to_be_visible()


def test_several_are_selected_done_and_what_was_not_opened_is_left_out(visitor, axe, fits) -> None:
    window = visitor(viewport=LAPTOP)
    page = fill(window, 4)
    deliver(window.site, "patel", patient="sam", subject="Not opened")
    page.reload()

    boxes = page.locator("input[name=delivery]")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.get_by_text("3 selected")).to_be_visible()
    page.get_by_role("checkbox", name="Select all").check()
    expect(page.get_by_text("5 selected")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Done", exact=True).click()

    expect(page.get_by_text("4 messages are done.")).to_be_visible()
    expect(page.get_by_text("1 was left out")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Not opened: You have not opened it.")).to_be_visible()
    axe(page)
    page.set_viewport_size(ViewportSize(width=NARROW["width"], height=NARROW["height"]))
    fits(page)


def test_compact_shows_twelve_messages_and_stays_chosen(visitor, axe, fits) -> None:
    window = visitor(viewport=LAPTOP, color_scheme="dark")
    page = fill(window, 20)
    shown = """() => [...document.querySelectorAll('.delivery')]
        .filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length"""
    assert page.evaluate(shown) < 12

    page.get_by_role("button", name="Compact").click()

    assert page.evaluate(shown) >= 12
    axe(page)
    page.reload()
    expect(page.get_by_role("button", name="Compact")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(shown) >= 12
    page.get_by_role("button", name="Reading pane").click()
    expect(page.get_by_role("button", name="Reading pane")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(shown) >= 12
    axe(page)
    page.get_by_role("link", name="Question 05").click()
    expect(page.get_by_role("heading", level=1, name="Question 05")).to_be_visible()
    assert page.evaluate(shown) >= 12
    axe(page)
    page.set_viewport_size(ViewportSize(width=NARROW["width"], height=NARROW["height"]))
    fits(page)
    axe(page)


def test_the_keyboard_works_through_a_list_and_can_be_switched_off(visitor, axe) -> None:
    window = visitor(viewport=LAPTOP)
    page = fill(window, 3)
    link = page.locator(".delivery-subject a")

    for key, place in (("j", 0), ("j", 1), ("k", 0), ("k", 0), ("j", 1)):
        page.keyboard.press(key)
        expect(link.nth(place)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Question 01")).to_be_visible()
    _ready(page)
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1, name="Question 02")).to_be_visible()
    _ready(page)
    page.keyboard.press("k")
    expect(page.get_by_role("heading", level=1, name="Question 01")).to_be_visible()
    _ready(page)
    page.keyboard.press("c")
    expect(page.get_by_text("You own this conversation now")).to_be_visible()
    _ready(page)
    page.keyboard.press("r")
    page.keyboard.type("Yes, e and c and j.")
    expect(page.get_by_label("Your reply to the patient")).to_have_value("Yes, e and c and j.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Your reply was sent.")).to_be_visible()

    page.get_by_role("link", name="Back to the list").click()
    page.wait_for_url("**/inbox?*")
    _ready(page)
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.get_by_text("1 message is done.")).to_be_visible()
    _ready(page)
    # The keys go on where they were, and what was done is read with it.
    expect(link.first).to_be_focused()
    expect(link.first).to_have_accessible_description(re.compile("1 message is done."))
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keyboard")).to_be_visible()
    axe(page)
    page.get_by_label("Use these keys in this browser").uncheck()
    page.get_by_role("button", name="Close").click()
    page.goto(f"{window.site.url}/inbox?sort=oldest")
    _ready(page)
    page.keyboard.press("j")
    expect(link.first).to_be_visible()
    expect(link.first).not_to_be_focused()


def test_arrivals_wait_and_move_nothing(visitor, axe) -> None:
    window = visitor(viewport=LAPTOP)
    fill(window, 2)
    page = window.page
    page.goto(f"{window.site.url}/inbox")
    first = page.locator(".delivery").first
    expect(first).to_contain_text("Question 01")
    page.locator("input[name=delivery]").first.check()

    for number in range(2):
        deliver(window.site, "patel", patient="sam", subject=f"Arrived {number}")

    news = page.get_by_role("button", name="2 new messages")
    expect(news).to_be_visible()
    expect(first).to_contain_text("Question 01")
    expect(page.locator("input[name=delivery]").first).to_be_checked()
    axe(page)
    news.click()
    expect(first).to_contain_text("Arrived 1")
    expect(page.locator(".delivery-subject a").first).to_be_focused()
    expect(news).to_have_count(0)


SHOWN = """() => [...document.querySelectorAll('.delivery')]
    .filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length"""


def test_comfortable_shows_six_messages_with_filters_and_headings_above(visitor, axe, fits) -> None:
    window = visitor(viewport=LAPTOP)
    page = fill(window, 8)

    assert page.evaluate(SHOWN) >= 6
    expect(page.get_by_label("Sort")).to_be_visible()
    axe(page)
    fits(page)
    page.set_viewport_size(ViewportSize(width=960, height=800))
    fits(page)


def test_on_a_phone_filters_are_folded_and_messages_come_first_also_without_scripts(visitor, fits) -> None:
    window = visitor(viewport=NARROW, java_script_enabled=False)
    open_messaging(window.site, "patel")
    for number in range(3):
        deliver(window.site, "patel", patient="maria", subject=f"Question {number}")
    page = window.sign_in("patel", "/inbox?sort=oldest")

    assert page.locator(".delivery").first.bounding_box()["y"] < NARROW["height"] / 2
    expect(page.get_by_label("Topic")).to_be_hidden()
    expect(page.get_by_role("button", name="Done", exact=True)).to_be_hidden()
    page.get_by_text("Sort and filter: Oldest first").click()
    page.get_by_label("Topic").select_option("medication")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("No messages match")).to_be_visible()
    page.get_by_role("link", name="Show all topics and sites").click()
    page.locator("input[name=delivery]").nth(1).check()
    page.get_by_role("button", name="Claim", exact=True).click()

    expect(page.get_by_text("1 message is claimed.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("1 message is as before.")).to_be_visible()
    fits(page)


def test_a_choice_of_several_stays_when_new_messages_are_shown(visitor) -> None:
    window = visitor(viewport=LAPTOP)
    page = fill(window, 3)
    page.locator("input[name=delivery]").nth(1).check()
    deliver(window.site, "patel", patient="sam", subject="Just in")

    page.get_by_role("button", name="1 new message").click()

    expect(page.get_by_role("link", name="Just in")).to_be_visible()
    expect(page.get_by_text("1 selected")).to_be_visible()
    expect(page.locator(".delivery", has_text="Question 01").locator("input")).to_be_checked()


def test_going_back_to_what_was_done_with_several_shows_the_list(visitor) -> None:
    window = visitor(viewport=LAPTOP)
    page = fill(window, 3)
    page.locator("input[name=delivery]").first.check()
    page.get_by_role("button", name="Claim", exact=True).click()
    expect(page.get_by_text("1 message is claimed.")).to_be_visible()
    _ready(page)
    page.get_by_role("link", name="Question 02").click()
    expect(page.get_by_role("heading", level=1, name="Question 02")).to_be_visible()

    page.go_back()

    expect(page.get_by_role("heading", level=1, name="Inbox")).to_be_visible()
    expect(page).to_have_url(f"{window.site.url}/inbox?view=open&sort=oldest")
    page.reload()
    expect(page.get_by_role("link", name="Question 02")).to_be_visible()


def test_what_was_done_can_be_undone_in_sight_when_the_focus_goes_on_far_down(visitor) -> None:
    page = fill(visitor(viewport=LAPTOP), 8)
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".delivery-subject a").nth(6).click()
    page.locator(".message [data-act=done] button").click()

    expect(page.locator(".delivery-subject a").nth(6)).to_be_focused()
    expect(page.get_by_role("button", name="Undo")).to_be_in_viewport()
    expect(page.locator(".delivery-subject a").nth(6)).to_be_in_viewport()
