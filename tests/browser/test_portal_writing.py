"""Patients write a first message in the portal, in a browser."""

from playwright.sync_api import expect

from tests.browser.portals import change_messaging, come, conversations, fill, send, topic, written
from tests.browser.portals import site as site  # noqa: PLC0414 - the fixture is shared.


def test_a_patient_writes_to_a_display_name_and_to_somebody_of_the_care_team(visitor) -> None:
    window = visitor()
    page = come(window, "writer")
    page.get_by_role("link", name="Write your first message").click()
    to = page.get_by_label("To", exact=False).locator("visible=true")

    topic(page, "Billing").check()
    expect(to).to_have_value("Billing Office")
    expect(to).to_have_attribute("readonly", "")
    topic(page, "Medical").check()
    expect(to.locator("option")).to_contain_text(["Choose", "Dr. Amanda Lee, Primary care", "Nina Patel, Nurse, away"])
    expect(page.locator("#away-medical")).to_contain_text("covered by Ruth Okafor")
    expect(page.get_by_text("Also able to read it, unless it is private: Carlos Alvarez")).to_be_visible()
    to.select_option(label="Dr. Amanda Lee, Primary care")
    fill(page, "A cough", "For a week now.")
    page.get_by_role("button", name="Send message").dblclick()

    expect(page.get_by_role("heading", name="Your message was sent")).to_be_visible()
    expect(page.get_by_text("To: Dr. Amanda Lee")).to_be_visible()
    expect(page.get_by_text("In an emergency")).to_be_visible()
    page.get_by_role("link", name="All messages").click()
    page.get_by_role("link", name="Write a message").click()
    topic(page, "Billing").check()
    fill(page, "A bill", "Is it right?")
    send(page)
    assert [conversation["to"] for conversation in conversations(window.site, "writer")] == [
        "Billing Office",
        "Dr. Amanda Lee",
    ]


def test_a_form_that_changed_meanwhile_keeps_the_text_and_asks_once(visitor) -> None:
    window = visitor()
    page = come(window, "changer")
    page.goto(f"{window.site.url}/portal/compose")
    topic(page, "Appointment").check()
    page.locator("#to\\.appointment").select_option("lee")
    fill(page, "Thursday", "Can I come on Thursday?")
    change_messaging(window.site, appointment={"recipients": ["frank"], "display_name": "Desk"})

    page.get_by_role("button", name="Send message").click()

    expect(page.locator("#changed")).to_be_focused()
    expect(page.get_by_text("Appointment now goes to Desk.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Message")).to_have_value("Can I come on Thursday?")
    assert conversations(window.site, "changer") == []
    send(page)
    assert [conversation["to"] for conversation in conversations(window.site, "changer")] == ["Desk"]


def test_without_scripts_patients_choose_a_site_write_and_reply(visitor) -> None:
    window = visitor(java_script_enabled=False)
    page = come(window, "plain")
    page.get_by_role("link", name="Write your first message").click()
    page.get_by_label("Site").select_option("south")
    topic(page, "Billing").check()
    fill(page, "A bill", "Is it right?")
    page.get_by_role("button", name="Show its topics").click()
    expect(page.get_by_label("Site")).to_have_value("south")
    expect(topic(page, "Billing")).to_be_checked()
    expect(page.locator("#to\\.billing")).to_have_value("Billing Office")

    send(page)
    page.get_by_role("link", name="Open the conversation").click()
    page.locator("summary", has_text="Reply").click()
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("Your reply must not be empty.")).to_be_visible()
    page.get_by_label("Your reply").fill("One more thing.")
    page.get_by_role("button", name="Send reply").click()

    expect(page.get_by_text("Your reply was sent")).to_be_visible()
    (thread,) = conversations(window.site, "plain")
    assert (thread["site"], [entry["body"] for entry in thread["entries"]]) == (
        "south",
        ["Is it right?", "One more thing."],
    )


def test_a_draft_is_kept_for_the_tab_and_cleared_when_it_is_sent_or_its_writer_leaves(visitor) -> None:
    window = visitor()
    compose = f"{window.site.url}/portal/compose"
    conversation = f"{window.site.url}/portal/conversations/{written(window.site, 'drafter', 'one')}"
    page = come(window, "drafter")
    body = page.get_by_role("textbox", name="Message")

    page.goto(compose)
    page.get_by_label("Site").select_option("south")
    expect(page.get_by_label("Site")).to_be_focused()
    topic(page, "Medical").check()
    page.locator("#to\\.medical").select_option("patel")
    fill(page, "Kept", "What I began to write.")
    page.goto(conversation)
    page.locator("summary", has_text="Reply").click()
    page.get_by_label("Your reply").fill("Half a reply")
    page.goto(compose)
    expect(page.get_by_label("Site")).to_have_value("south")
    expect(page.locator("#to\\.medical")).to_have_value("patel")
    expect(body).to_have_value("What I began to write.")
    page.goto(conversation)
    expect(page.get_by_label("Your reply")).to_have_value("Half a reply")
    # Somebody else, also in the same tab and in the same chart, gets none of it.
    come(window, "drafter", "carlos").goto(compose)
    expect(body).to_have_value("")

    come(window, "drafter").goto(compose)
    expect(page.get_by_label("Site")).to_be_focused()
    expect(body).to_have_value("What I began to write.")
    fill(page, "Sent", "Sent.")
    topic(page, "Billing").check()
    send(page)
    page.goto(compose)
    expect(body).to_have_value("")
    fill(page, "Left", "Left behind.")
    page.locator("summary", has_text="Drafter Reed").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out of your messages")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0
    come(window, "drafter").goto(compose)
    expect(body).to_have_value("")


def test_a_parent_goes_on_with_what_they_wrote_for_each_child(visitor) -> None:
    window = visitor()
    compose = f"{window.site.url}/portal/compose"
    page = window.page
    body = page.get_by_role("textbox", name="Message")

    for child in ("elder", "younger"):
        come(window, child, "carlos").goto(compose)
        expect(body).to_have_value("")
        fill(page, f"About {child}", f"What I began to write for {child}.")
    for child in ("elder", "younger"):
        come(window, child, "carlos").goto(compose)
        expect(body).to_have_value(f"What I began to write for {child}.")
        expect(page.get_by_label("Subject")).to_have_value(f"About {child}")

    # What is sent for one child leaves the text for the other, and a tab keeps the newest texts only.
    topic(page, "Billing").check()
    send(page)
    come(window, "elder", "carlos").goto(compose)
    expect(body).to_have_value("What I began to write for elder.")
    page.evaluate("""for (let at = 0; at < 30; at += 1) {
        sessionStorage.setItem(`careroute:draft:by:x:${at}`, JSON.stringify({ at, fields: [] }));
    }""")
    page.get_by_label("Subject").fill("The elder")
    kept = page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('careroute:draft:by:'))")
    assert len(kept) == 10
    assert {f"careroute:draft:by:x:{at}" for at in range(21, 30)} < set(kept)
    page.locator("summary", has_text="Carlos Alvarez").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out of your messages")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


def test_a_count_appears_when_little_room_is_left(visitor) -> None:
    window = visitor()
    page = come(window, "counter")
    page.goto(f"{window.site.url}/portal/compose")
    count = page.locator("[data-count-of=subject]")

    page.get_by_label("Subject").fill("x" * 100)
    expect(count).to_have_text("")
    page.get_by_label("Subject").fill("\U0001f600" * 190)
    expect(count).to_have_text("10 characters left")
    page.get_by_label("Subject").fill(f"  {'x' * 203}  ")
    expect(count).to_have_text("3 characters too many")


def test_going_back_after_a_refused_form_or_a_search_leads_to_the_page_and_sends_nothing_again(visitor) -> None:
    window = visitor()
    page = come(window, "returner")
    page.get_by_role("link", name="Write your first message").click()
    topic(page, "Medical").check()
    fill(page, "My knee", "It hurts when I kneel.")
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_role("link", name="To: Choose who gets your message.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Message", exact=True)).to_have_value("It hurts when I kneel.")
    to = page.get_by_label("To", exact=False).locator("visible=true")
    to.select_option(label="Dr. Amanda Lee, Primary care")
    send(page)

    page.go_back()

    expect(page.get_by_role("heading", name="Write a message")).to_be_visible()
    expect(page.get_by_label("Message", exact=True)).to_have_value("")
    assert len(conversations(window.site, "returner")) == 1

    page.goto(f"{window.site.url}/portal")
    for _ in range(2):
        # From the list, and from the page of the search.
        page.get_by_label("Search your messages").fill("kneel")
        page.get_by_role("button", name="Search").click()
        expect(page.get_by_role("heading", name="1 conversation found")).to_be_visible()
        page.get_by_role("link", name="My knee").click()
        expect(page.get_by_role("heading", level=1, name="My knee")).to_be_visible()
        page.go_back()
        expect(page.get_by_role("heading", name="1 conversation found")).to_be_visible()
        assert page.url == f"{window.site.url}/portal/search"
