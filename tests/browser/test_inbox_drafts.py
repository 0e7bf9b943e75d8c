"""What a nurse writes survives whatever happens to the page."""

from playwright.sync_api import Route, expect

from tests.browser.test_inbox import deliver, open_messaging, sign_in_again
from tests.processes import wait_for


def test_a_half_written_reply_survives_everything_but_sending(visitor, axe) -> None:
    window = visitor()
    open_messaging(window.site, "patel", "okafor")
    delivery = deliver(window.site, "patel", patient="maria", subject="My bill")
    path = f"/inbox/message/{delivery}"
    page = window.sign_in("patel", path)
    field = page.get_by_label("Your reply to the patient")

    # Back to the list at once, and in again.
    field.fill("Half a reply")
    page.get_by_role("link", name="Back to the list").click()
    expect(page.get_by_text("Draft", exact=True)).to_be_visible()
    axe(page)
    page.get_by_role("link", name="My bill").click()
    expect(field).to_have_value("Half a reply")

    for button, said in (
        ("Claim", "You own this conversation now"),
        ("Release", "You no longer own this conversation"),
    ):
        field.fill(f"Half a reply, then {button}")
        page.get_by_role("button", name=button).click()
        expect(page.get_by_text(said)).to_be_visible()
        expect(field).to_have_value(f"Half a reply, then {button}")
    field.fill("Half a reply, reloaded")
    page.reload()
    expect(field).to_have_value("Half a reply, reloaded")
    axe(page)

    page.get_by_text("Forward to a colleague").click()
    page.get_by_label("Note").fill("Half a note")
    page.get_by_role("button", name="Mark as done").click()
    page.get_by_role("link", name="Done", exact=True).click()
    page.get_by_role("link", name="My bill").click()
    expect(field).to_have_value("Half a reply, reloaded")
    expect(page.get_by_label("Note")).to_have_value("Half a note")

    # Another window of the same person has it as well; a colleague's does not.
    other = visitor().sign_in("patel", path)
    expect(other.get_by_label("Your reply to the patient")).to_have_value("Half a reply, reloaded")
    colleague = visitor().sign_in("okafor", "/inbox")
    colleague.get_by_role("link", name="My bill").click()
    expect(colleague.get_by_label("Your reply to the patient")).to_have_value("")

    field.fill("A whole reply")
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("Your reply was sent.")).to_be_visible()
    expect(field).to_have_value("")
    page.reload()
    expect(field).to_have_value("")
    expect(page.get_by_label("Note")).to_have_value("Half a note")


def test_a_half_written_reply_survives_a_tab_that_dies_and_a_session_that_ends(visitor) -> None:
    window = visitor()
    open_messaging(window.site, "patel")
    delivery = deliver(window.site, "patel", patient="sam", subject="My bill")
    path = f"/inbox/message/{delivery}"
    page = window.sign_in("patel", path)
    field = page.get_by_label("Your reply to the patient")
    field.fill("Half a reply")
    draft = f"/v1/deliveries/{delivery}/draft?staff=patel"
    wait_for(lambda: window.site.portal.call("GET", draft)[0] == 200, "the draft")
    page.close()

    page = window.page = window.context.new_page()
    page.goto(window.site.url + path)
    field = page.get_by_label("Your reply to the patient")
    expect(field).to_have_value("Half a reply")

    # The connection goes while somebody writes, and the page is left: the tab keeps it.
    window.context.set_offline(True)
    field.fill("Half a reply, offline")
    expect(page.get_by_text("The draft is not saved yet")).to_be_visible()
    window.context.set_offline(False)
    page.reload()
    expect(field).to_have_value("Half a reply, offline")

    window.site.command("staff", "password", "patel", given="correct horse battery\n")
    page.wait_for_url("**/sign-in?ended=1&next=**")
    sign_in_again(page)
    expect(field).to_have_value("Half a reply, offline")


def test_a_reply_is_kept_on_a_page_that_a_form_was_answered_with(visitor) -> None:
    window = visitor()
    open_messaging(window.site, "patel", "okafor")
    path = f"/inbox/message/{deliver(window.site, 'patel', patient='maria', subject='My bill')}"
    page = window.sign_in("patel", path)
    page.get_by_label("Your reply to the patient").fill("Written before")
    page.get_by_role("heading", name="Wrong topic? Move it").click()
    page.get_by_label("The right topic").select_option(label="Medical")
    page.get_by_role("button", name="Show who will be able to read it").click()
    expect(page.locator("#who-reads")).to_be_focused()

    expect(page.get_by_label("Your reply to the patient")).to_have_value("Written before")
    page.get_by_label("Your reply to the patient").fill("Written meanwhile")
    expect(page.get_by_text("Draft saved.")).to_be_visible()
    page.reload()

    expect(page.get_by_label("Your reply to the patient")).to_have_value("Written meanwhile")
    assert page.url.startswith(f"{window.site.url}{path}?")


def test_what_is_written_in_one_tab_is_not_saved_over_in_another(visitor) -> None:
    window = visitor()
    open_messaging(window.site, "patel")
    path = f"/inbox/message/{deliver(window.site, 'patel', patient='maria', subject='My bill')}"
    first = window.sign_in("patel", path)
    second = window.context.new_page()
    second.goto(window.site.url + path)
    mine, other = (page.get_by_label("Your reply to the patient") for page in (first, second))

    mine.fill("A long answer.")
    expect(other).to_have_value("A long answer.")
    other.press("End")
    other.press_sequentially(" And more.")
    expect(mine).to_have_value("A long answer. And more.")
    expect(first.get_by_text("Draft saved in another tab.")).to_be_visible()

    # What was sent in one can't be sent again in the other.
    first.get_by_role("button", name="Send reply").click()
    expect(first.get_by_text("Your reply was sent.")).to_be_visible()
    expect(other).to_have_value("")


def test_a_tab_that_is_slow_to_open_takes_nothing_from_another(visitor) -> None:
    """Its page was made before the other tab's draft was saved."""
    window = visitor()
    open_messaging(window.site, "patel")
    path = f"/inbox/message/{deliver(window.site, 'patel', patient='maria', subject='My bill')}"
    first = window.sign_in("patel", path)
    second = window.context.new_page()
    held: list[Route] = []
    second.route("**/drafts.js*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks the function.
    with second.expect_request("**/drafts.js*"):
        second.goto(window.site.url + path, wait_until="commit")
    mine, other = (page.get_by_label("Your reply to the patient") for page in (first, second))
    mine.fill("A long answer.")
    expect(first.get_by_text("Draft saved.")).to_be_visible()

    held[0].continue_()

    expect(other).to_have_value("A long answer.")
    expect(mine).to_have_value("A long answer.")


def test_what_is_written_after_a_reply_was_sent_survives_a_session_that_ends(visitor) -> None:
    window = visitor()
    open_messaging(window.site, "patel")
    path = f"/inbox/message/{deliver(window.site, 'patel', patient='maria', subject='My bill')}"
    page = window.sign_in("patel", path)
    field = page.get_by_label("Your reply to the patient")
    field.fill("It is right.")
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("Your reply was sent.")).to_be_visible()
    expect(field).to_have_value("")

    # The page still tells that a reply was sent; this one was not.
    window.site.command("staff", "password", "patel", given="correct horse battery\n")
    field.fill("One more thing")
    page.wait_for_url("**/sign-in?ended=1&next=**")
    sign_in_again(page)

    expect(field).to_have_value("One more thing")


def test_what_is_written_on_a_phone_is_not_lost_by_a_page_left_open_at_the_desk(visitor, axe) -> None:
    desk, phone = visitor(), visitor()
    open_messaging(desk.site, "patel")
    path = f"/inbox/message/{deliver(desk.site, 'patel', patient='maria', subject='My bill')}"
    at_desk, at_phone = desk.sign_in("patel", path), phone.sign_in("patel", path)
    at_desk.get_by_label("Your reply to the patient").fill("From the desk")
    expect(at_desk.get_by_text("Draft saved.")).to_be_visible()
    at_phone.reload()
    at_phone.get_by_label("Your reply to the patient").fill("All of it, from the phone")
    expect(at_phone.get_by_text("Draft saved.")).to_be_visible()

    at_desk.get_by_label("Your reply to the patient").fill("From the desk, an hour later")
    expect(at_desk.get_by_text("It is kept.")).to_be_visible()
    at_desk.get_by_role("link", name="Show both").click()
    expect(at_desk.get_by_label("What you wrote on another page")).to_contain_text("All of it, from the phone")
    axe(at_desk)
    at_desk.get_by_role("button", name="Use this text instead").click()

    expect(at_desk.get_by_text("That text stands in the field now.")).to_be_visible()
    expect(at_desk.get_by_label("Your reply to the patient")).to_have_value("All of it, from the phone")
    expect(at_desk.get_by_label("What you wrote on another page")).to_contain_text("From the desk, an hour later")
    axe(at_desk)
    at_desk.get_by_role("button", name="Delete this text").click()
    expect(at_desk.get_by_label("What you wrote on another page")).to_have_count(0)
    expect(at_desk.get_by_label("Your reply to the patient")).to_have_value("All of it, from the phone")
