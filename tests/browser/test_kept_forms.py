"""What is typed into the longer forms outlives the session, and isn't left by sending another form of the page."""

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.test_inbox import deliver, open_messaging, sign_in_again


def end_session(page: Page, staff: str) -> None:
    """Let the page's session end, and sign in again as the same person."""
    page.clock.fast_forward("05:00")
    page.clock.fast_forward("15:00")
    page.wait_for_url("**/sign-in?ended=1&next=**")
    sign_in_again(page, staff)


def test_a_topic_at_all_sites_is_back_after_signing_in_again(visitor) -> None:
    window = visitor()
    window.page.clock.install()
    page = window.sign_in("olivia", "/admin/messaging/topics/medical")
    name = page.get_by_label("Patients read at every ticked site")
    name.fill("Doctors")
    page.get_by_label("Add somebody at South Clinic").fill("Nina")

    end_session(page, "olivia")

    expect(page.get_by_role("checkbox", name="Nina Patel")).to_be_checked()
    assert not window.site.messaging()["sites"]


def test_a_quick_text_is_back_after_signing_in_again_in_the_form_where_it_was_written(visitor) -> None:
    window = visitor()
    window.page.clock.install()
    page = window.sign_in("olivia", "/inbox/quick-texts")
    page.get_by_role("heading", name="Add a quick text for everybody").click()
    text = page.locator("#body-new-practice")
    if not text.is_visible():
        page.get_by_role("heading", name="Add a quick text for everybody").click()
    text.fill("Please bring your card.")

    end_session(page, "olivia")

    expect(text).to_have_value("Please bring your card.")
    expect(text).to_be_visible()
    expect(page.locator("#body-new-mine")).to_have_value("")


def test_what_a_patient_is_told_is_back_after_signing_in_again(visitor) -> None:
    window = visitor()
    window.page.clock.install()
    page = window.sign_in("olivia", "/admin/patients")
    page.get_by_label("Search").fill("maria")
    page.get_by_role("button", name="Search").click()
    page.get_by_text("Stop them from writing …").click()
    page.get_by_label("Reason, for staff only").fill("By agreement.")

    end_session(page, "olivia")

    expect(page.get_by_label("Reason, for staff only")).to_have_value("By agreement.")
    expect(page.get_by_role("button", name="Stop them from writing", exact=True)).to_be_visible()


def test_a_note_on_the_right_topic_is_back_after_signing_in_again(visitor) -> None:
    window = visitor()
    window.page.clock.install()
    open_messaging(window.site, "patel")
    delivery = deliver(window.site, "patel", patient="maria", subject="Refill")
    page = window.sign_in("patel", f"/inbox/message/{delivery}")
    page.get_by_role("heading", name="Wrong topic? Move it").click()
    page.get_by_label("The right topic").select_option(label="Medical")
    page.get_by_role("button", name="Show who will be able to read it").click()
    note = page.locator("#topic_note")
    note.fill("It is about her heart.")

    end_session(page, "patel")

    expect(note).to_have_value("It is about her heart.")


@pytest.mark.parametrize("button", ["Use this ladder", "Use no ladder", "Use the practice's ladder"])
def test_another_ladder_does_not_discard_steps_that_were_typed_without_a_question(visitor, button: str) -> None:
    page = visitor().sign_in("olivia", "/admin/messaging/ladders?topic=billing")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    hours = page.get_by_role("group", name="Step 1").get_by_label("it after")
    hours.fill("7")
    page.get_by_role("button", name=button).click()

    expect(hours).to_have_value("7")
    assert asked == ["beforeunload"]
