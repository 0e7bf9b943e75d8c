"""What stands around the list and above a message: the search form, the bar for several messages, what opens below."""

import re

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser.conftest import NARROW
from tests.browser.test_inbox import deliver, open_messaging
from tests.browser.test_inbox_list import LAPTOP, fill

PHONE = ViewportSize(width=390, height=844)
# What a row of buttons takes at most: a second row would begin below it.
ONE_ROW = 60
# How far apart the luminances of an edge and the ground beside it must be (WCAG 1.4.11).
EDGE_CONTRAST = 3
CONTRASTS = """badges => badges.map((badge) => {
    const numbers = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map((one) => one / 255);
    const light = (colour) => numbers(colour)
        .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
        .reduce((sum, one, place) => sum + one * [0.2126, 0.7152, 0.0722][place], 0);
    const between = (one, other) => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const style = getComputedStyle(badge);
    const line = light(getComputedStyle(badge.closest('.delivery')).backgroundColor);
    const edge = style.boxShadow.startsWith('rgb') ? style.boxShadow : style.backgroundColor;
    return [badge.textContent, between(light(edge), line)];
})"""


def height_of(what: Locator) -> float:
    box = what.bounding_box()
    assert box
    return box["height"]


def tops_of(page: Page, buttons: list[str]) -> set[int]:
    found = [page.locator(".bulk").get_by_text(name, exact=True).bounding_box() for name in buttons]
    return {round(box["y"]) for box in found if box}


BAR = ["Done", "Claim", "Mark unread", "Forward …"]


def test_the_search_takes_a_row_and_shows_the_rest_where_it_is_set(visitor, axe, fits) -> None:
    window = visitor(viewport=LAPTOP)
    open_messaging(window.site, "patel")
    deliver(window.site, "patel", patient="maria", subject="My bill")
    page = window.sign_in("patel", "/inbox/search")
    assert height_of(page.locator("#search")) < LAPTOP["height"] / 4
    expect(page.get_by_label("Patient")).to_be_hidden()
    axe(page)

    page.get_by_label("Words").fill("bill")
    page.get_by_label("Words").press("Enter")
    expect(page.get_by_role("heading", name="1 found, newest first")).to_be_visible()
    expect(page.get_by_label("Patient")).to_be_hidden()
    page.get_by_text("More: patient").click()
    page.get_by_label("Patient").fill("alvarez")
    page.get_by_label("Patient").press("Enter")
    expect(page.get_by_label("Patient")).to_have_value("alvarez")
    expect(page.get_by_label("Patient")).to_be_visible()
    axe(page)
    page.set_viewport_size(NARROW)
    fits(page)
    page.get_by_role("link", name="My bill").click()
    page.get_by_role("link", name="Back to the search").click()
    expect(page.get_by_label("Patient")).to_be_visible()


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_the_search_works_folded_without_scripts(visitor, fits, size: ViewportSize) -> None:
    window = visitor(viewport=size, java_script_enabled=False)
    open_messaging(window.site, "patel")
    deliver(window.site, "patel", patient="maria", subject="My bill")
    page = window.sign_in("patel", "/inbox/search")

    page.get_by_text("More: patient").click()
    page.get_by_label("Patient").fill("alvarez")
    page.get_by_role("button", name="Search").click()

    expect(page.get_by_role("heading", name="1 found, newest first")).to_be_visible()
    expect(page.get_by_label("Patient")).to_be_visible()
    fits(page)


def test_a_forward_of_several_opens_below_a_bar_that_stays_one_row(visitor, axe) -> None:
    window = visitor(viewport=LAPTOP)
    page = fill(window, 3)
    page.locator("input[name=delivery]").first.check()
    assert len(tops_of(page, BAR)) == 1
    before = tops_of(page, BAR)
    place = page.locator(".delivery").first.bounding_box()

    page.get_by_text("Forward …").click()

    assert tops_of(page, BAR) == before
    assert height_of(page.locator(".bulk")) < ONE_ROW
    assert page.locator(".delivery").first.bounding_box() == place
    axe(page)
    page.keyboard.press("Escape")
    expect(page.get_by_label("Forward to")).to_be_hidden()
    # Enter in a field sends the forward, and does nothing else with what is selected.
    page.get_by_text("Forward …").click()
    page.get_by_label("Forward to").fill("okafor")
    page.get_by_label("Note").fill("For you.")
    page.get_by_label("Note").press("Enter")
    expect(page.get_by_text("1 message is forwarded to Ruth Okafor.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_badges_have_an_edge_on_every_line(visitor, axe, scheme: str) -> None:
    window = visitor(viewport=LAPTOP, color_scheme=scheme)
    fill(window, 1)
    urgent = deliver(window.site, "patel", patient="sam", subject="Pressing")
    priority = {"staff": "patel", "priority": "urgent"}
    assert window.site.portal.call("POST", f"/v1/deliveries/{urgent}/priority", priority)[0] == 200
    page = window.page
    page.reload()
    expect(page.locator(".delivery")).to_have_count(2)
    page.get_by_role("checkbox", name="Select all").check()

    found = page.locator(".delivery .badge").evaluate_all(CONTRASTS)

    assert {"Urgent", "Billing", "North Clinic"} <= {words for words, _ in found}
    assert all(contrast >= EDGE_CONTRAST for _, contrast in found), found
    axe(page)


def test_with_nothing_selected_the_bar_says_so_and_nothing_is_sent(visitor) -> None:
    page = fill(visitor(viewport=LAPTOP), 2)
    for name in ("Done", "Mark unread"):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_text("Select at least one message.")).to_be_visible()
        expect(page).to_have_url(re.compile("/inbox\\?sort=oldest$"))
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("e")
    expect(page.locator("input[name=delivery]").first).to_be_focused()
    page.locator("input[name=delivery]").first.check()
    expect(page.get_by_text("1 selected")).to_be_visible()


def test_going_back_to_a_list_shows_what_has_become_of_it_since(visitor) -> None:
    page = fill(visitor(viewport=LAPTOP), 3)
    page.locator("input[name=delivery]").first.check()
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page.get_by_text("1 message is done.")).to_be_visible()
    page.get_by_role("link", name="Search").click()
    expect(page.get_by_label("Words")).to_be_visible()

    for _ in range(2):
        page.go_back()
        expect(page.locator(".delivery")).to_have_count(2)
        expect(page.locator("input[name=delivery]:checked")).to_have_count(0)


def test_a_slash_in_a_reply_says_that_there_are_no_quick_texts_and_where_they_are_made(visitor, axe) -> None:
    window = visitor(viewport=LAPTOP)
    open_messaging(window.site, "patel")
    delivery = deliver(window.site, "patel", patient="maria", subject="My bill")
    page = window.sign_in("patel", f"/inbox/message/{delivery}")
    expect(page.get_by_role("button", name="Keyboard")).to_be_visible()
    field = page.get_by_label("Your reply to the patient")

    field.press("/")

    expect(field).to_have_value("/")
    said = page.get_by_role("status").filter(has_text="There are no quick texts for this topic yet.")
    expect(said).to_be_visible()
    axe(page)
    said.get_by_role("link", name="Make one").click()
    expect(page.get_by_role("heading", level=1, name="Quick texts")).to_be_visible()


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_the_bar_stays_one_row_where_there_is_little_room(visitor, axe, fits, size: ViewportSize) -> None:
    page = fill(visitor(viewport=LAPTOP), 3)
    page.get_by_role("button", name="Reading pane").click()
    expect(page.get_by_text("Choose a message to read it here.")).to_be_visible()
    expect(page.get_by_role("button", name="Keyboard")).to_be_visible()
    page.set_viewport_size(size)
    page.locator("input[name=delivery]").nth(0).check()
    page.locator("input[name=delivery]").nth(1).check()

    before = tops_of(page, BAR)
    page.get_by_text("Forward …").click()

    assert tops_of(page, BAR) == before
    assert len(before) == 1
    expect(page.get_by_label("Forward to")).to_be_in_viewport()
    expect(page.get_by_label("Note")).to_be_in_viewport()
    fits(page)
    axe(page)


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_what_opens_below_the_buttons_of_a_message_moves_none_of_them(visitor, axe, fits, size: ViewportSize) -> None:
    window = visitor(viewport=size)
    open_messaging(window.site, "patel")
    urgent = deliver(window.site, "patel", patient="sam", subject="Pressing")
    priority = {"staff": "patel", "priority": "urgent"}
    assert window.site.portal.call("POST", f"/v1/deliveries/{urgent}/priority", priority)[0] == 200
    page = window.sign_in("patel", f"/inbox/message/{urgent}")
    # Once it is read, a button less is there.
    expect(page.get_by_role("button", name="Mark as read")).to_have_count(0)
    buttons = page.locator(".acts > *")
    before = buttons.evaluate_all("all => all.map((one) => [one.offsetLeft, one.offsetTop])")

    for name, shown in (("Remind me …", "Or at"), ("Lower to routine", "Why isn't it urgent?"), ("More …", "by phone")):
        page.locator(".acts summary", has_text=name).click()
        expect(page.locator(".acts").get_by_text(shown).first).to_be_visible()
        # One at a time.
        expect(page.locator(".drops[open]")).to_have_count(1)
        assert buttons.evaluate_all("all => all.map((one) => [one.offsetLeft, one.offsetTop])") == before
        axe(page)
        fits(page)
    page.keyboard.press("Escape")
    expect(page.locator(".drops[open]")).to_have_count(0)
    expect(page.locator(".acts summary", has_text="More …")).to_be_focused()
