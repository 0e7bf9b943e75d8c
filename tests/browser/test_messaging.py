"""Setting up messaging as a portal administrator, in a browser."""

import json

from playwright.sync_api import Dialog, Locator, Page, expect

from tests.browser.conftest import NARROW, WIDE, enlarge_text

PAGE = "/admin/messaging"


def topic(page: Page, label: str) -> Locator:
    return page.get_by_role("group", name=label, exact=True)


def add(page: Page, label: str, name: str) -> None:
    field = topic(page, label).get_by_label("Add somebody by name or title")
    field.fill(name)
    topic(page, label).get_by_role("button", name="Add").click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()


def test_the_nine_steps_of_setting_up_messaging(visitor) -> None:
    """On, by site, choose a site, topic off, recipient, display name, save, the patient's view, nobody named."""
    window = visitor()
    page = window.sign_in("olivia", PAGE)

    page.get_by_role("switch", name="Messaging").check()
    page.get_by_role("switch", name="Distribution by site").check()
    page.get_by_label("Site being edited").select_option("north")
    expect(page.get_by_role("heading", name="North Clinic")).to_be_visible()
    expect(page.get_by_text("Uses the practice's settings")).to_be_visible()
    page.get_by_role("button", name="Give it its own settings").click()
    page.get_by_role("switch", name="Other").uncheck()
    add(page, "Billing", "gomez")
    expect(topic(page, "Billing").get_by_text("Luis Gomez")).to_be_visible()
    topic(page, "Billing").get_by_label("Display name").fill("Accounts")
    seen = page.get_by_role("group", name="What patients see for Billing")
    expect(seen.get_by_text("Accounts").first).to_be_visible()
    expect(page.get_by_text("You have unsaved changes.")).to_be_visible()
    save(page)

    expect(page.get_by_text("North Clinic, Billing, recipients: added Luis Gomez.")).to_be_visible()
    saved = window.site.messaging()
    assert saved["messaging_enabled"]
    assert saved["by_site"]
    practice_billing = saved["practice"]["topics"]["billing"]
    assert practice_billing["recipients"] == []
    changed = {"enabled": True, "recipients": ["gomez"], "display_name": "Accounts"}
    assert saved["sites"]["north"]["topics"]["billing"] == practice_billing | changed
    assert not saved["sites"]["north"]["topics"]["other"]["enabled"]
    assert saved["practice"]["topics"]["other"]["enabled"]
    page.get_by_text("Write as this patient").click()
    page.get_by_label("Patient's name, record number or id").fill("MRN-1001")
    page.locator("#try").get_by_label("Topic").select_option("billing")
    page.get_by_role("button", name="Show", exact=True).last.click()
    expect(page.locator("#try").get_by_text("To: Accounts")).to_be_visible()
    expect(page.get_by_text("To: a choice of Dr. Amanda Lee (Primary care), Nina Patel (Nurse)").first).to_be_visible()
    expect(page.get_by_text("Luis Gomez would get it.")).to_be_visible()


def test_two_administrators_save_different_things_at_once_and_both_are_saved(visitor) -> None:
    first, second = visitor(), visitor()
    mine, theirs = first.sign_in("olivia", PAGE), second.sign_in("marcus", PAGE)
    add(theirs, "Billing", "gomez")
    save(theirs)

    topic(mine, "Medical").get_by_label("Display name").fill("Doctors")
    save(mine)

    topics = first.site.messaging()["practice"]["topics"]
    assert topics["medical"]["display_name"] == "Doctors"
    assert topics["billing"]["recipients"] == ["gomez"]


def test_two_administrators_save_the_same_at_once_and_nothing_is_overwritten(visitor, axe) -> None:
    first, second = visitor(), visitor()
    mine, theirs = first.sign_in("olivia", PAGE), second.sign_in("marcus", PAGE)
    add(theirs, "Billing", "gomez")
    topic(theirs, "Medical").get_by_label("Display name").fill("Physicians")
    save(theirs)

    topic(mine, "Medical").get_by_label("Display name").fill("Doctors")
    mine.get_by_role("button", name="Save changes").click()

    expect(mine.get_by_role("heading", name="Marcus Bell saved while you were editing")).to_be_visible()
    expect(mine.get_by_text("Practice, Billing, recipients: added Luis Gomez.")).to_be_visible()
    axe(mine)
    assert first.site.messaging()["practice"]["topics"]["medical"]["display_name"] == "Physicians"
    mine.get_by_role("button", name="Keep mine").click()
    expect(mine.get_by_text("Saved", exact=True)).to_be_visible()
    topics = first.site.messaging()["practice"]["topics"]
    assert topics["medical"]["display_name"] == "Doctors"
    assert topics["billing"]["recipients"] == ["gomez"]


def test_taking_theirs_drops_mine(visitor) -> None:
    first, second = visitor(), visitor()
    mine, theirs = first.sign_in("olivia", PAGE), second.sign_in("marcus", PAGE)
    topic(theirs, "Medical").get_by_label("Display name").fill("Theirs")
    save(theirs)
    topic(mine, "Medical").get_by_label("Display name").fill("Mine")
    mine.get_by_role("button", name="Save changes").click()

    mine.get_by_role("link", name="Take theirs").click()

    expect(topic(mine, "Medical").get_by_label("Display name")).to_have_value("Theirs")
    assert first.site.messaging()["version"] == 1


def test_unsaved_changes_are_not_lost_by_a_stray_click(visitor) -> None:
    page = visitor().sign_in("olivia", PAGE)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)

    # Browsers ask only somebody who has touched the page.
    topic(page, "Medical").get_by_label("Display name").click()
    topic(page, "Medical").get_by_label("Display name").fill("Doctors")
    expect(page.get_by_text("You have unsaved changes.")).to_be_visible()
    page.get_by_role("link", name="History").click()

    expect(topic(page, "Medical").get_by_label("Display name")).to_have_value("Doctors")
    assert asked == ["beforeunload"]


def test_an_ended_session_gives_back_what_was_edited(visitor) -> None:
    window = visitor()
    page = window.sign_in("olivia", PAGE)
    add(page, "Billing", "gomez")
    # The server finds the name; without the cookies it would ask who that is.
    expect(topic(page, "Billing").get_by_text("Luis Gomez")).to_be_visible()
    window.context.clear_cookies()

    page.evaluate("dispatchEvent(new CustomEvent('careroute:ending'))")
    window.sign_in("olivia", PAGE)

    expect(topic(page, "Billing").get_by_text("Luis Gomez")).to_be_visible()
    expect(page.get_by_text("You have unsaved changes.")).to_be_visible()


def test_the_keyboard_is_enough(visitor) -> None:
    page = visitor().sign_in("olivia", PAGE)
    page.get_by_role("switch", name="Messaging").focus()
    page.keyboard.press("Space")
    field = topic(page, "Billing").get_by_label("Add somebody by name or title")
    field.focus()
    page.keyboard.type("gomez")
    page.keyboard.press("Enter")
    # The server finds whose name has this part, and its page comes back to the field.
    expect(topic(page, "Billing").get_by_text("Luis Gomez")).to_be_visible()
    expect(field).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Remove Luis Gomez")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    expect(page.locator("[data-said]")).to_have_text("Luis Gomez removed. Not saved yet.")

    page.get_by_role("button", name="Save changes").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Messaging turned on.")).to_be_visible()


def test_without_scripts_everything_can_be_saved(visitor) -> None:
    window = visitor(java_script_enabled=False)
    page = window.sign_in("olivia", PAGE)
    page.get_by_role("switch", name="Messaging").check()
    add(page, "Billing", "Luis")
    expect(topic(page, "Billing").get_by_text("Luis Gomez")).to_be_visible()
    add(page, "Billing", "nurse")
    expect(page.get_by_text("2 people match: Nina Patel, Nurse, Ruth Okafor, Nurse.").first).to_be_visible()
    topic(page, "Billing").get_by_label("Add somebody by name or title").fill("Ruth")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Remove Luis Gomez").click()
    save(page)

    saved = window.site.messaging()
    assert saved["messaging_enabled"]
    assert saved["practice"]["topics"]["billing"]["recipients"] == ["okafor"]


def test_the_pages_keep_nobody_out(visitor, axe, fits) -> None:
    window = visitor()
    messaging = window.site.messaging()
    messaging |= {"messaging_enabled": True, "by_site": True}
    messaging["practice"]["topics"]["billing"]["recipients"] = ["gomez"]
    messaging["practice"]["topics"]["other"]["enabled"] = False
    assert window.site.portal.call("PUT", "/v1/messaging", messaging, If_Match='"0"')[0] == 200
    page = window.sign_in("olivia", PAGE)

    for path in (PAGE, f"{PAGE}?site=north", f"{PAGE}/gaps", f"{PAGE}/history"):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(window.site.url + path)
        axe(page)
        page.set_viewport_size(NARROW)
        axe(page)
        enlarge_text(page)
        fits(page)


def test_names_are_shown_as_written(visitor) -> None:
    window = visitor()
    messaging = window.site.messaging()
    strange = "<script>alert(1)</script> \u202eright to left"
    messaging["practice"]["topics"]["billing"] |= {"recipients": ["gomez"], "display_name": strange}
    assert window.site.portal.call("PUT", "/v1/messaging", messaging, If_Match='"0"')[0] == 200

    page = window.sign_in("olivia", PAGE)

    assert topic(page, "Billing").get_by_label("Display name").input_value() == strange
    assert (
        json.loads(page.locator("input[name=draft]").input_value())["practice"]["topics"]["billing"]["display_name"]
        == strange
    )
    page.get_by_role("switch", name="Messaging").check()
    save(page)
    assert window.site.messaging()["practice"]["topics"]["billing"]["display_name"] == strange


def test_a_patient_is_found_by_name_to_write_as(visitor, axe) -> None:
    page = visitor().sign_in("olivia", "/admin/messaging")
    page.locator("#try summary").click()
    page.get_by_label("Patient's name, record number or id").fill("r")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("No patient has this name, record number or id.").first).to_be_visible()
    page.get_by_label("Patient's name, record number or id").fill("re")
    page.get_by_role("button", name="Show", exact=True).click()
    axe(page)
    page.get_by_role("button", name="Sam Reed").click()
    expect(page.get_by_role("heading", name="As saved now")).to_be_visible()


def test_of_several_matches_one_is_added_by_a_button_in_place(visitor, axe) -> None:
    page = visitor(color_scheme="dark").sign_in("olivia", PAGE)
    field = topic(page, "Billing").get_by_label("Add somebody by name or title")
    field.fill("nurse")
    page.keyboard.press("Enter")
    button = topic(page, "Billing").get_by_role("button", name="Add Ruth Okafor, Nurse")
    expect(button).to_be_visible()
    expect(field).to_have_value("nurse")
    axe(page)
    button.click()
    expect(topic(page, "Billing").get_by_text("Ruth Okafor")).to_be_visible()
    expect(page.get_by_text("You have unsaved changes.")).to_be_visible()


def test_on_a_phone_the_menu_is_folded_and_needs_no_scripts(visitor) -> None:
    page = visitor(viewport=NARROW, java_script_enabled=False).sign_in("olivia", "/admin/messaging")
    link = page.get_by_role("link", name="Opening hours", exact=True)
    expect(page.get_by_role("heading", level=1, name="Messaging")).to_be_in_viewport()
    expect(link).to_have_count(0)

    page.get_by_text("Menu", exact=True).click()
    link.click()

    expect(page.get_by_role("heading", level=1, name="Opening hours")).to_be_visible()
    page.set_viewport_size(WIDE)
    expect(page.get_by_role("link", name="Opening hours", exact=True)).to_have_count(1)
    expect(page.get_by_text("Menu", exact=True)).to_be_hidden()
