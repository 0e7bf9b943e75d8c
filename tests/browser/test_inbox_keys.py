"""The keyboard in the list: what keys act on, and where they go on."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.test_inbox import deliver, open_messaging
from tests.browser.test_inbox_list import LAPTOP, fill


def test_the_slash_leads_into_the_field_of_the_search(visitor) -> None:
    page = fill(visitor(viewport=LAPTOP), 1)
    page.keyboard.press("/")
    expect(page.get_by_label("Words")).to_be_focused()
    expect(page.get_by_label("Words")).to_have_value("")


def unopened(window: Visitor, *subjects: str) -> Page:
    open_messaging(window.site, "patel")
    for subject in subjects:
        deliver(window.site, "patel", patient="maria", subject=subject)
    page = window.sign_in("patel", "/inbox?sort=oldest")
    expect(page.get_by_role("button", name="Keyboard")).to_be_visible()
    return page


def test_a_key_acts_on_the_message_in_focus_not_on_what_an_earlier_one_left(visitor) -> None:
    page = unopened(visitor(viewport=LAPTOP), "First", "Second")
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.get_by_text("1 was left out")).to_be_visible()
    expect(page.get_by_role("button", name="Keyboard")).to_be_visible()
    expect(page.locator("input[name=delivery]:checked")).to_have_count(0)

    page.get_by_role("link", name="Second").focus()
    page.keyboard.press("c")

    expect(page.get_by_text("1 message is claimed.")).to_be_visible()
    expect(page.locator(".delivery", has_text="Second")).to_contain_text("Owned by you")
    expect(page.locator(".delivery", has_text="First")).not_to_contain_text("Owned by you")
    # F takes the message in focus with it as well.
    page.get_by_role("link", name="First").focus()
    page.keyboard.press("f")
    expect(page.get_by_text("1 selected")).to_be_visible()
    expect(page.get_by_label("Forward to")).to_be_focused()


def test_keys_select_and_find_their_place_again(visitor, axe) -> None:
    window = visitor(viewport=LAPTOP)
    page = fill(window, 6)
    link = page.locator(".delivery-subject a")

    for key in ("j", "x", "j", "x", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.get_by_text("2 selected")).to_be_visible()
    expect(page.locator("input[name=delivery]").nth(2)).to_be_checked()
    page.locator("input[name=delivery]:checked").evaluate_all("boxes => boxes.forEach((box) => box.click())")
    link.nth(3).press("Enter")
    expect(page.get_by_role("heading", level=1, name="Question 03")).to_be_visible()
    expect(page.get_by_role("button", name="Keyboard")).to_be_visible()
    page.keyboard.press("l")
    expect(link.nth(3)).to_be_focused()

    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Question 03")).to_be_visible()
    page.go_back()
    expect(link.nth(3)).to_be_focused()
    # What is done is gone from the list: the keys go on with what came next.
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Question 03")).to_be_visible()
    expect(page.get_by_role("button", name="Keyboard")).to_be_visible()
    page.keyboard.press("e")
    expect(page.get_by_role("link", name="Question 04")).to_be_focused()
    expect(page.get_by_role("link", name="Question 04")).to_have_accessible_description(re.compile("is done"))
    axe(page)
    page.goto(f"{window.site.url}/inbox")
    expect(page.get_by_role("button", name="Keyboard")).to_be_visible()
    expect(page.locator("body")).to_be_focused()


def test_keys_walk_through_what_a_search_found(visitor) -> None:
    page = fill(visitor(viewport=LAPTOP), 2)
    page.keyboard.press("/")
    page.get_by_label("Words").fill("question")
    page.keyboard.press("Enter")
    expect(page.locator("#results")).to_be_focused()

    page.keyboard.press("j")

    expect(page.locator(".delivery-subject a").first).to_be_focused()
    # The form stays in sight above what was found.
    expect(page.get_by_label("Words")).to_be_in_viewport()
