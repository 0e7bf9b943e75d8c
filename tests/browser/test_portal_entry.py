"""Coming into the portal by a link whose button is pressed more than once, in a browser."""

from playwright.sync_api import expect

from tests.browser.conftest import NARROW


def test_the_button_can_not_be_pressed_twice(visitor, axe) -> None:
    window = visitor(viewport=NARROW)
    page = window.page
    # Nothing comes of the first: the browser stays on the page. Its own address goes on with the link.
    page.route("**/portal/enter", lambda route: route.fulfill(status=204))

    page.goto(window.site.portal_link("sam"), wait_until="commit")

    expect(page.get_by_role("button", name="Opening your messages…")).to_be_disabled()
    axe(page)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    page.unroute("**/portal/enter")
    page.get_by_role("button", name="Open my messages").click()
    page.wait_for_url("**/portal")


def test_going_back_and_pressing_again_leads_to_the_open_messages(visitor) -> None:
    window = visitor(java_script_enabled=False)
    page = window.enter_portal("sam")
    expect(page.get_by_role("heading", name="Messages", exact=True)).to_be_visible()

    page.go_back()
    page.get_by_role("button", name="Open my messages").click()

    page.wait_for_url("**/portal")


def test_a_used_link_leads_back_to_the_messages_that_are_open(visitor, axe, fits) -> None:
    used = visitor()
    link = used.site.portal_link("maria")
    used.page.goto(link)
    used.page.wait_for_url("**/portal")
    window = visitor(viewport=NARROW)
    page = window.enter_portal("sam")
    page.wait_for_url("**/portal")

    page.goto(link)

    expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()
    axe(page)
    fits(page)
    page.get_by_role("link", name="Go to these messages").click()
    page.wait_for_url("**/portal")
