"""The staff's inbox, in a browser."""

from typing import Any
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, Site, Visitor, enlarge_text
from tests.processes import wait_for

HOSTILE = '<script>alert(1)</script> \u202eright to left 👩‍⚕️ & "quotes" ' + "long" * 40


def open_messaging(site: Site, *staff: str) -> None:
    """Turn messaging on, with these people as recipients of every topic."""
    messaging = site.messaging() | {"messaging_enabled": True}
    for topic in messaging["practice"]["topics"].values():
        topic["recipients"] = list(staff)
    assert site.portal.call("PUT", "/v1/messaging", messaging, If_Match='"0"')[0] == 200


def write(site: Site, **fields: Any) -> Any:  # noqa: ANN401 - a test names the fields.
    """A patient writes; returns the receipt."""
    status, receipt = site.portal.write(str(uuid4()), **fields)
    assert status == 202, receipt
    return receipt


def deliver(site: Site, staff: str, **fields: Any) -> str:  # noqa: ANN401 - a test names the fields.
    """The same, and wait until it is in this inbox; returns the delivery."""
    message = write(site, **fields)["id"]

    def found() -> str | None:
        items = site.portal.call("GET", f"/v1/staff/{staff}/inbox")[1]["items"]
        return next((one["id"] for one in items if one["message"] == message), None)

    delivery: str = wait_for(found, "the delivery")
    return delivery


def said(page: Page) -> Any:  # noqa: ANN401 - an assertion of Playwright.
    """What a screen reader is told."""
    return expect(page.locator("[data-said][aria-live=polite]"))


def test_a_message_appears_without_reload_is_announced_and_answered(visitor) -> None:
    window: Visitor = visitor()
    open_messaging(window.site, "patel")
    page = window.sign_in("patel", "/inbox")
    expect(page.get_by_text("No messages are waiting for you")).to_be_visible()
    second = window.context.new_page()
    second.goto(f"{window.site.url}/inbox/absence")

    receipt = write(window.site, patient="maria", sender="carlos", subject="My bill", body="Is it right?")

    link = page.get_by_role("link", name="My bill")
    expect(link).to_be_visible()
    said(page).to_have_text("New message. 1 unread.")
    expect(page).to_have_title("(1) Inbox · Willow Creek Clinic")
    expect(page.get_by_role("link", name="Inbox 1 unread")).to_be_visible()
    # The second window shares the stream of the first.
    said(second).to_have_text("New message. 1 unread.")
    expect(second).to_have_title("(1) My absence · Willow Creek Clinic")

    link.click()
    expect(page.get_by_text("Carlos Alvarez, for the patient")).to_be_visible()
    expect(page).to_have_title("Billing message · Willow Creek Clinic")
    expect(page.get_by_role("button", name="Mark as read")).to_have_count(0)
    expect(second).to_have_title("My absence · Willow Creek Clinic")
    status, opened = window.site.portal.call("GET", f"/v1/messages/{receipt['id']}")
    assert (status, opened["status"]) == (200, "opened")
    page.get_by_label("Your reply to the patient").fill("It is.\nKind regards")
    page.get_by_role("button", name="Send reply").click()

    expect(page.get_by_text("Your reply was sent.")).to_be_visible()
    thread = window.site.portal.call("GET", f"/v1/conversations/{receipt['conversation']}")[1]
    assert [(one["from"], one["body"]) for one in thread["entries"]] == [
        ("Carlos Alvarez", "Is it right?"),
        ("Billing Office", "It is.\nKind regards"),
    ]


def test_two_people_answer_and_the_second_sees_the_first(visitor) -> None:
    first, second = visitor(), visitor()
    open_messaging(first.site, "patel", "okafor")
    deliver(first.site, "patel", patient="sam", subject="My bill")
    pages = [first.sign_in("patel", "/inbox"), second.sign_in("okafor", "/inbox")]
    for page in pages:
        page.get_by_role("link", name="My bill").click()
        expect(page.get_by_role("heading", name="Conversation")).to_be_visible()
    theirs, mine = pages

    mine.get_by_label("Your reply to the patient").fill("The second answer.")
    theirs.get_by_label("Your reply to the patient").fill("The first answer.")
    theirs.get_by_role("button", name="Send reply").click()
    expect(theirs.get_by_text("Your reply was sent.")).to_be_visible()
    mine.get_by_role("button", name="Send reply").click()

    alert = mine.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(alert.get_by_text("A colleague has answered in the meantime")).to_be_visible()
    expect(mine.get_by_text("The first answer.")).to_be_visible()
    expect(mine.get_by_label("Your reply to the patient")).to_have_value("The second answer.")
    mine.get_by_role("button", name="Send mine as well").click()
    expect(mine.get_by_text("Your reply was sent.")).to_be_visible()
    expect(mine.get_by_role("listitem").filter(has_text="Nina Patel")).to_contain_text("The first answer.")


def test_everything_works_with_the_keyboard_alone(visitor) -> None:
    window = visitor()
    open_messaging(window.site, "patel")
    deliver(window.site, "patel", patient="sam", subject="My bill")
    page = window.sign_in("patel", "/inbox")
    expect(page.get_by_role("link", name="My bill")).to_be_visible()

    tab_to(page, "My bill")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Conversation")).to_be_visible()
    tab_to(page, "Claim")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You own this conversation now")).to_be_visible()
    tab_to(page, "Forward to a colleague")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("okafor")
    page.keyboard.press("Tab")
    page.keyboard.type("You know this.")
    tab_to(page, "Forward")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The message was forwarded to Ruth Okafor.")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="You to Ruth Okafor")).to_contain_text("You know this.")
    tab_to(page, "Mark as done")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The message is done.")).to_be_visible()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what has this name."""
    for _ in range(60):
        page.keyboard.press("Tab")
        words: str = page.evaluate("document.activeElement.innerText")
        # What only screen readers hear stands on a line before it.
        if words.strip().split("\n")[-1] == name:
            return
    raise AssertionError(f"Tab doesn't reach {name}")


def test_without_scripts_everything_works_by_forms(visitor) -> None:
    window = visitor(java_script_enabled=False)
    open_messaging(window.site, "patel", "okafor")
    delivery = deliver(window.site, "patel", patient="maria", subject="My bill")
    page = window.sign_in("patel", "/inbox")

    page.get_by_role("link", name="My bill").click()
    page.get_by_role("button", name="Mark as read").click()
    expect(page.get_by_text("The message is marked as read.")).to_be_visible()
    page.get_by_role("button", name="Claim").click()
    page.get_by_role("button", name="Release").click()
    page.get_by_label("Your reply to the patient").fill("It is right.")
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("Your reply was sent.")).to_be_visible()
    page.get_by_text("Forward to a colleague").click()
    page.get_by_label("Forward to", exact=True).fill("Luis")
    page.get_by_role("button", name="Forward", exact=True).click()
    expect(page.get_by_text("The message was forwarded to Luis Gomez.")).to_be_visible()
    page.get_by_text("More …").click()
    page.get_by_role("button", name="Mark as unread").click()
    expect(page.get_by_text("The message is unread again.")).to_be_visible()

    page.get_by_role("link", name="Search").click()
    page.get_by_text("More: patient").click()
    page.get_by_label("Patient").fill("ALVAREZ")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="1 found, newest first")).to_be_visible()
    assert page.url == f"{window.site.url}/inbox/search"
    page.get_by_role("link", name="My bill").click()
    assert page.url == f"{window.site.url}/inbox/message/{delivery}?view=search"

    page.get_by_role("link", name="My absence").click()
    page.get_by_label("From").fill("2190-07-01T08:00")
    page.get_by_label("Until").fill("2190-07-15T08:00")
    page.get_by_label("Who covers").fill("Okafor")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Ruth Okafor covers for you.")).to_be_visible()
    page.get_by_role("button", name="Cancel it").click()
    expect(page.get_by_text("Your absence is deleted")).to_be_visible()


def test_a_reply_being_written_survives_an_ended_session(visitor) -> None:
    window = visitor()
    open_messaging(window.site, "patel")
    delivery = deliver(window.site, "patel", patient="sam", subject="My bill")
    path = f"/inbox/message/{delivery}"
    window.page.clock.install()
    page = window.sign_in("patel", path)
    field = page.get_by_label("Your reply to the patient")

    field.fill("Half a reply")
    page.clock.fast_forward("05:00")
    page.clock.fast_forward("15:00")
    page.wait_for_url("**/sign-in?ended=1&next=**")
    sign_in_again(page)
    expect(field).to_have_value("Half a reply")

    # It ends elsewhere: the open page hears of it by the stream.
    window.site.command("staff", "password", "patel", given="correct horse battery\n")
    page.wait_for_url("**/sign-in?ended=1&next=**")
    sign_in_again(page)
    expect(field).to_have_value("Half a reply")


def sign_in_again(page: Page, staff: str = "patel") -> None:
    page.get_by_label("Practice", exact=True).fill("willow")
    page.get_by_label("Email address or staff id").fill(staff)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()


def test_the_pages_keep_nobody_out(visitor, axe, fits) -> None:
    opened = visitor()
    open_messaging(opened.site, "patel")
    delivery = deliver(opened.site, "patel", patient="maria", sender="carlos", subject=HOSTILE[:200], body=HOSTILE * 50)
    given = {"staff": "patel", "to": "okafor", "note": HOSTILE, "whole_conversation": True}
    assert opened.site.portal.call("POST", f"/v1/deliveries/{delivery}/forward", given)[0] == 200
    message = f"/inbox/message/{delivery}"

    for size in (WIDE, NARROW):
        window = visitor(viewport=size)
        page = window.sign_in("patel", "/inbox")
        expect(page.get_by_text(HOSTILE[:25]).first).to_be_visible()
        for path in ("/inbox", "/inbox?view=mine", message, "/inbox/search", "/inbox/absence"):
            page.goto(window.site.url + path)
            if path == message:
                page.get_by_text("Forward to a colleague").click()
                page.get_by_role("button", name="Forward", exact=True).click()
                expect(page.get_by_role("alert")).to_be_focused()
            elif path in {"/inbox/search", "/inbox/absence"}:
                page.locator("form .button.main").click()
                expect(page.get_by_role("alert")).to_be_focused()
            axe(page)
            if size == NARROW:
                enlarge_text(page)
                fits(page)
        page.goto(f"{window.site.url}/inbox/search")
        search(page, "maria")
        axe(page)
        enlarge_text(page)
        page.set_viewport_size(NARROW)
        fits(page)


def search(page: Page, patient: str) -> None:
    """Look for a patient of whom there is one message."""
    page.get_by_text("More: patient").click()
    page.get_by_label("Patient").fill(patient)
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="1 found, newest first")).to_be_visible()


def test_a_search_is_found_again_by_whoever_comes_back_and_stands_in_no_address(visitor) -> None:
    window = visitor()
    open_messaging(window.site, "patel")
    deliver(window.site, "patel", patient="maria", subject="My bill")
    page = window.sign_in("patel", "/inbox/search")
    found = page.get_by_role("heading", name="1 found, newest first")

    search(page, "alvarez")
    expect(found).to_be_visible()
    expect(page.locator("#results")).to_be_focused()
    page.get_by_role("link", name="My bill").click()
    page.get_by_role("link", name="Back to the search").click()

    expect(found).to_be_visible()
    expect(page.get_by_label("Patient")).to_have_value("alvarez")
    page.get_by_role("link", name="My bill").click()
    expect(page.get_by_role("heading", name="Conversation")).to_be_visible()
    page.go_back()
    expect(found).to_be_visible()
    assert page.url == f"{window.site.url}/inbox/search"
    page.get_by_role("link", name="Clear").click()
    expect(page.get_by_label("Patient")).to_have_value("")
    expect(found).to_have_count(0)


def test_a_message_of_a_closed_chart_keeps_nobody_out(visitor, axe, fits) -> None:
    opened = visitor()
    open_messaging(opened.site, "patel")
    delivery = deliver(opened.site, "patel", patient="maria")
    maria = {"id": "maria", "name": "Maria Alvarez", "active": False}
    assert opened.site.portal.call("PUT", "/v1/roster", {"patients": [maria]})[0] == 200

    page = visitor(viewport=NARROW).sign_in("patel", f"/inbox/message/{delivery}")

    expect(page.get_by_text("the patient can't read replies here.")).to_be_visible()
    axe(page)
    page.goto(f"{opened.site.url}/inbox")
    expect(page.get_by_text("Chart not in use")).to_be_visible()
    axe(page)
    enlarge_text(page)
    fits(page)
