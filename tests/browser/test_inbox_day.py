"""What a day at the inbox needs in a browser: quick texts, notes, reminders, the pane, and colleagues meanwhile."""

from playwright.sync_api import ViewportSize, expect

from tests.browser.conftest import NARROW
from tests.browser.test_inbox import deliver, open_messaging

LAPTOP = ViewportSize(width=1440, height=900)
REPLY = "Your reply to the patient"


def test_a_slash_inserts_a_quick_text_and_a_mention_asks(visitor, axe, fits) -> None:
    window = visitor(viewport=LAPTOP)
    open_messaging(window.site, "patel")
    delivery = deliver(window.site, "patel", patient="maria", subject="Refill")
    page = window.sign_in("patel", "/inbox/quick-texts")
    page.get_by_label("Title").fill("Ready")
    page.get_by_label("Text").fill("Dear {patient.first_name}, it is ready. {me.name}")
    axe(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The quick text is saved.")).to_be_visible()

    page.goto(f"{window.site.url}/inbox/message/{delivery}")
    reply = page.get_by_label(REPLY)
    expect(page.get_by_role("button", name="Quick text")).to_be_visible()
    reply.press("/")
    expect(page.get_by_role("heading", name="Insert a quick text")).to_be_visible()
    axe(page)
    page.keyboard.type("rea")
    page.keyboard.press("Enter")
    expect(reply).to_have_value("Dear Maria, it is ready. Nina Patel")
    expect(page.get_by_text("Draft saved.")).to_be_visible()
    reply.press("End")
    reply.press("Enter")
    reply.press("/")
    page.keyboard.press("Escape")
    expect(reply).to_have_value("Dear Maria, it is ready. Nina Patel\n/")

    page.get_by_role("heading", name="Note for colleagues").click()
    page.get_by_label("What colleagues should know").fill("Is the dose right?")
    page.get_by_label("Mention").fill("okafor")
    page.get_by_role("button", name="Save note").click()
    expect(page.get_by_text("Give Ruth Okafor, Nurse this message?")).to_be_visible()
    axe(page)
    page.set_viewport_size(ViewportSize(width=NARROW["width"], height=NARROW["height"]))
    fits(page)
    page.get_by_role("button", name="Give it and save the note").click()
    expect(page.get_by_text("note to Ruth Okafor, for staff only")).to_be_visible()
    expect(reply).to_have_value("Dear Maria, it is ready. Nina Patel\n/")
    axe(page)


def test_a_colleague_answers_while_one_reads_beside_the_list(visitor, axe, fits) -> None:
    window, other = visitor(viewport=LAPTOP, color_scheme="dark"), visitor()
    open_messaging(window.site, "patel", "okafor")
    for subject in ("First", "Second"):
        delivery = deliver(window.site, "patel", patient="sam", subject=subject)
    page = window.sign_in("patel", "/inbox")
    page.get_by_role("button", name="Reading pane").click()
    expect(page.get_by_text("Choose a message to read it here.")).to_be_visible()
    page.get_by_role("link", name="Second").click()
    expect(page.get_by_role("complementary", name="List").get_by_role("link", name="First")).to_be_visible()
    expect(page.get_by_role("heading", level=1, name="Second")).to_be_visible()
    axe(page)
    reply = page.get_by_label(REPLY)
    reply.fill("Half a")

    colleague = other.sign_in("okafor", "/inbox")
    colleague.get_by_role("link", name="Second").click()
    colleague.get_by_label(REPLY).press_sequentially("I have it.")
    expect(page.get_by_text("Ruth Okafor is writing a reply now.")).to_be_visible(timeout=20_000)
    colleague.get_by_role("button", name="Send reply").click()
    expect(colleague.get_by_text("Your reply was sent.")).to_be_visible()

    expect(page.get_by_text("New while you are here: Ruth Okafor has written.")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Ruth Okafor owns this conversation")).to_be_visible()
    expect(page.locator(".entry-body").filter(has_text="I have it.")).to_be_visible()
    expect(reply).to_have_value("Half a")
    axe(page)
    page.get_by_role("group").filter(has_text="Remind me").locator("summary").click()
    axe(page)
    page.get_by_role("button", name="In an hour").click()
    expect(page.get_by_text("The message will come back at the top on")).to_be_visible()
    expect(page.get_by_role("link", name="Second")).to_have_count(0)
    page.goto(f"{window.site.url}/inbox/message/{delivery}")
    expect(page.get_by_text("Put off until")).to_be_visible()
    page.set_viewport_size(ViewportSize(width=NARROW["width"], height=NARROW["height"]))
    fits(page)
    axe(page)
