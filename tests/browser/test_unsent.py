"""A session that ends while somebody writes, and going back after sending, in a browser."""

from playwright.sync_api import Page, expect

from tests.browser.test_inbox import deliver, open_messaging, sign_in_again


def end_sessions(window, staff: str = "patel") -> None:
    """Somebody changes the password: every session of this person ends."""
    window.site.command("staff", "password", staff, given="correct horse battery\n")


def opened(window) -> tuple[Page, str]:
    """A message in front of patel, without the stream by which the page would learn that the session is over."""
    open_messaging(window.site, "patel")
    delivery = deliver(window.site, "patel", patient="maria", subject="My bill")
    window.page.route("**/inbox/events", lambda route: route.abort())
    window.page.route("**/draft", lambda route: route.abort())
    return window.sign_in("patel", f"/inbox/message/{delivery}"), delivery


def test_one_click_sends_after_signing_in_again_in_another_tab(visitor, axe, fits) -> None:
    window = visitor()
    page, delivery = opened(window)
    page.get_by_label("Your reply to the patient").fill("A whole reply")
    end_sessions(window)

    page.get_by_role("button", name="Send reply").click()

    expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
    expect(page.get_by_text("Your text was not sent.", exact=True)).to_be_visible()
    expect(page.get_by_label("Your text")).to_have_value("A whole reply")
    axe(page)
    fits(page)
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("alert")).to_have_text("Your text was not sent: you are not signed in yet.")
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Sign in").click()
    other = popup.value
    sign_in_again(other)
    other.wait_for_url("**/inbox")
    page.get_by_role("button", name="Send it now").click()

    expect(page.get_by_text("Your reply was sent.")).to_be_visible()
    thread = window.site.portal.call("GET", f"/v1/deliveries/{delivery}/conversation?staff=patel")[1]
    assert [entry["entry"]["body"] for entry in thread["entries"]][1:] == ["A whole reply"]


def test_a_page_left_for_the_form_comes_back_when_another_tab_signs_in(visitor) -> None:
    window = visitor()
    open_messaging(window.site, "patel")
    delivery = deliver(window.site, "patel", patient="maria", subject="My bill")
    page = window.sign_in("patel", f"/inbox/message/{delivery}")
    field = page.get_by_label("Your reply to the patient")
    field.fill("Half a reply")
    expect(page.get_by_text("Draft saved.")).to_be_visible()
    end_sessions(window)
    page.wait_for_url("**/sign-in?ended=1&next=**")
    expect(page.get_by_text("What you typed was not sent. It is saved")).to_be_visible()

    other = window.context.new_page()
    other.goto(f"{window.site.url}/sign-in")
    sign_in_again(other)

    page.wait_for_url(f"**/inbox/message/{delivery}*")
    expect(field).to_have_value("Half a reply")
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("Your reply was sent.")).to_be_visible()


def test_back_after_sending_offers_nothing_that_was_sent(visitor) -> None:
    window = visitor()
    open_messaging(window.site, "patel")
    delivery = deliver(window.site, "patel", patient="maria", subject="My bill")
    page = window.sign_in("patel", f"/inbox/message/{delivery}")
    field = page.get_by_label("Your reply to the patient")
    field.fill("A whole reply")
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("Your reply was sent.")).to_be_visible()

    for move in (page.go_back, page.go_forward, page.go_back):
        move()
        expect(page.get_by_role("heading", name="Conversation")).to_be_visible()
        expect(page.locator(".entry-body", has_text="A whole reply")).to_have_count(1)
        expect(field).to_have_value("")
        expect(page.get_by_text("not sent")).to_have_count(0)
        expect(page.get_by_text("Only you can see it")).to_have_count(0)

    draft = window.site.portal.call("GET", f"/v1/deliveries/{delivery}/draft?staff=patel")
    assert draft[0] == 404


def test_a_patients_text_comes_back_by_a_new_link_and_back_offers_nothing_that_was_sent(visitor) -> None:
    window = visitor()
    open_messaging(window.site, "patel")
    deliver(window.site, "patel", patient="sam", subject="My bill")
    window.page.clock.install()
    page = window.enter_portal("sam")
    page.get_by_role("link", name="My bill").click()
    page.get_by_text("Reply", exact=True).click()
    field = page.get_by_label("Your reply")
    field.fill("One more thing")
    page.clock.fast_forward("05:00")
    page.clock.fast_forward("15:00")
    page.wait_for_url("**/portal/ended")
    expect(page.get_by_text("Your text was not sent")).to_be_visible()

    window.enter_portal("sam")
    page.wait_for_url("**/portal/conversations/*")
    expect(field).to_have_value("One more thing")
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("Your reply was sent")).to_be_visible()

    page.go_back()
    expect(page.locator(".entry-body", has_text="One more thing")).to_have_count(1)
    assert field.input_value() == ""
