"""Urgent messages and the right topic: a phone before sending, the inbox, and a message's own page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize, expect

from adapters.documents.red_flag_lists import UNITED_STATES, ready_made
from tests.browser.conftest import NARROW, Site, serving
from tests.browser.test_inbox import deliver
from tests.processes import wait_for

# What many phones have.
TALL = ViewportSize(width=390, height=844)
MANY = 190
# Which of them are urgent, counted from the first that was written.
URGENT = (12, 99, 180)
PHONE = ViewportSize(width=NARROW["width"], height=NARROW["height"])
BREATH = "I can't breathe"


@pytest.fixture(scope="module")
def site(furnished: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The lists that ship are on; patel gets bills, okafor what is medical, and frank what is about appointments."""
    with serving(furnished, tmp_path_factory.mktemp("urgent")) as made:
        groups = [
            {
                "group": group.group,
                "phrases": {language: list(phrases) for language, phrases in group.phrases.items()},
                "advice": dict(group.advice),
                "phone": group.phone,
            }
            for group in ready_made(["en"], UNITED_STATES).groups
        ]
        settings = made.messaging() | {"messaging_enabled": True, "languages": ["en"], "red_flags": groups}
        settings["practice"]["topics"]["billing"]["recipients"] = ["patel"]
        settings["practice"]["topics"]["medical"]["recipients"] = ["okafor"]
        settings["practice"]["topics"]["appointment"]["recipients"] = ["frank"]
        assert made.portal.call("PUT", "/v1/messaging", settings, If_Match='"0"')[0] == 200
        yield made


def test_on_a_phone_the_advice_comes_before_sending_and_the_message_goes_all_the_same(visitor, axe, fits) -> None:
    window = visitor(viewport=NARROW)
    page = window.enter_portal("sam")
    page.wait_for_url("**/portal")
    page.goto(f"{window.site.url}/portal/compose")
    page.get_by_role("radio", name="Billing", exact=True).check()
    page.get_by_label("Subject").fill("My bill")
    page.get_by_role("textbox", name="Message").fill(BREATH)
    page.get_by_role("button", name="Send message").click()

    advice = page.get_by_role("alert", name="Please read this first. Your message has not been sent yet.")
    expect(advice).to_be_focused()
    expect(advice).to_contain_text("This may be an emergency.")
    call = advice.get_by_role("link", name="Call 911")
    send = advice.get_by_role("button", name="Send to the practice as well")
    expect(call).to_have_attribute("href", "tel:911")
    for button in (call, send):
        expect(button).to_have_class("button main")
        expect(button).to_be_in_viewport()
    expect(page.get_by_role("textbox", name="Message")).to_have_value(BREATH)
    fits(page)
    axe(page)
    send.click()

    expect(page.get_by_role("heading", name="Your message was sent")).to_be_visible()
    expect(page.get_by_role("link", name="Call 911")).to_be_visible()
    fits(page)
    axe(page)


def test_what_is_urgent_stands_first_and_is_raised_and_lowered_with_undo(visitor, axe, fits) -> None:
    window = visitor()
    for subject, body in (("First", BREATH), ("Second", "A question."), ("Third", BREATH), ("Fourth", "A question.")):
        deliver(window.site, "patel", patient="maria", subject=subject, body=body)
    page = window.sign_in("patel", "/inbox")
    rows = page.locator(".delivery")
    urgent = rows.filter(has=page.get_by_text("Urgent", exact=True))
    expect(rows.last).to_be_visible()
    first = urgent.count()
    # And that of the phone, where its test ran before.
    assert first >= 2
    expect(rows.nth(first - 1)).to_contain_text("Third")
    expect(rows.nth(first)).to_contain_text("Fourth")
    axe(page)

    page.get_by_role("link", name="Third").click()
    expect(page.get_by_text("Red flag, emergency: “can't breathe”.")).to_be_visible()
    page.locator("summary").filter(has_text="Lower to routine").click()
    lower = page.get_by_role("button", name="Lower to routine")
    lower.click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("radio", name="The words meant something else").check()
    axe(page)
    page.set_viewport_size(PHONE)
    fits(page)
    lower.click()
    expect(page.get_by_text("The message is routine now")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The priority is as it was before.")).to_be_visible()
    expect(page.locator("summary").filter(has_text="Lower to routine")).to_be_visible()

    page.goto(f"{window.site.url}/inbox")
    page.get_by_role("link", name="Second").click()
    page.get_by_text("More …").click()
    page.get_by_role("button", name="Mark as urgent").click()
    expect(page.get_by_text("The message is urgent now")).to_be_visible()
    page.get_by_role("link", name="Back to the list").click()
    page.get_by_role("navigation", name="Which messages").get_by_role("link", name="Urgent").click()
    expect(rows).to_have_count(first + 1)
    expect(rows.last).to_contain_text("Second")
    fits(page)


def test_a_conversation_is_moved_after_reading_who_will_see_it(visitor, axe, fits) -> None:
    window, other = visitor(viewport=NARROW), visitor()
    delivery = deliver(window.site, "patel", patient="maria", subject="Wrong place", body=BREATH)
    page = window.sign_in("patel", f"/inbox/message/{delivery}")
    page.get_by_role("heading", name="Wrong topic? Move it").click()
    page.get_by_label("The right topic").select_option(label="Medical")
    page.get_by_role("button", name="Show who will be able to read it").click()

    readers = page.locator("#who-reads")
    expect(readers).to_be_focused()
    expect(readers).to_be_in_viewport()
    expect(readers.get_by_role("listitem")).to_have_text("Ruth Okafor")
    expect(readers).to_contain_text("Moved to Medical Team")
    fits(page)
    axe(page)
    page.get_by_role("button", name="Move to Medical").click()

    expect(page.get_by_text("The conversation was moved. It is with Ruth Okafor now.")).to_be_visible()
    expect(page.get_by_role("link", name="Wrong place")).to_have_count(0)
    theirs = other.sign_in("okafor", "/inbox")
    theirs.get_by_role("link", name=re.compile("Urgent.*Wrong place")).click()
    expect(theirs.get_by_text(BREATH, exact=True)).to_be_visible()
    patient = other.enter_portal("maria")
    patient.wait_for_url("**/portal")
    patient.get_by_role("link", name="Wrong place").click()
    expect(patient.get_by_text("Moved to Medical Team")).to_be_visible()


def deliver_many(site: Site) -> None:
    """Frank has 190 messages, three of them urgent and none of these new."""
    items = [
        {
            "idempotency_key": f"many-{number}",
            "patient": "sam",
            "topic": "appointment",
            "subject": f"Urgent {number}" if number in URGENT else f"Question {number}",
            "body": BREATH if number in URGENT else "Can I come on Monday?",
        }
        for number in range(MANY)
    ]
    status, answer = site.portal.call("POST", "/v1/messages/batch", {"items": items})
    assert status == 200
    assert {one["status"] for one in answer["items"]} == {202}
    inbox = "/v1/staff/frank/inbox?limit=1"
    wait_for(lambda: site.portal.call("GET", inbox)[1]["unread"] == MANY, "the deliveries")


def test_three_urgent_ones_stand_first_of_a_hundred_and_ninety(visitor, axe, fits) -> None:
    window = visitor()
    deliver_many(window.site)
    page = window.sign_in("frank", "/inbox")
    rows, subjects = page.locator(".delivery"), page.locator(".delivery-subject")

    expect(rows).to_have_count(50)
    for place, number in enumerate(URGENT):
        expect(subjects.nth(place)).to_contain_text(f"Urgent {number}")
        expect(rows.nth(place).get_by_text("Urgent", exact=True)).to_be_visible()
    expect(subjects.nth(3)).to_contain_text(f"Question {MANY - 1}")
    expect(page).to_have_title(re.compile(rf"\({MANY}\)"))
    expect(page.locator("[data-unread-number]").first).to_have_text(str(MANY))
    axe(page)
    page.set_viewport_size(PHONE)
    fits(page)
    page.set_viewport_size(ViewportSize(width=1280, height=900))

    # Each stands once: those that stand first are missing from their places further down.
    shown = subjects.all_inner_texts()
    while (more := page.get_by_role("link", name="Older messages")).is_visible():
        more.click()
        expect(rows.filter(has=page.get_by_text("Urgent", exact=True))).to_have_count(0)
        shown += subjects.all_inner_texts()
    assert len(shown) == len(set(shown)) == MANY

    # Who claims it takes it from the top: it stands in its place with the word.
    page.goto(f"{window.site.url}/inbox")
    page.get_by_role("link", name=f"Urgent {URGENT[0]}").click()
    page.get_by_role("button", name="Claim").click()
    page.goto(f"{window.site.url}/inbox")
    expect(subjects.first).to_contain_text(f"Urgent {URGENT[1]}")
    expect(subjects.nth(2)).to_contain_text(f"Question {MANY - 1}")
    page.get_by_role("navigation", name="Which messages").get_by_role("link", name="Urgent").click()
    expect(rows).to_have_count(len(URGENT))


def test_on_a_phone_it_is_read_aloud_in_order_before_sending_also_of_a_reply(visitor, axe, fits) -> None:
    window = visitor(viewport=TALL)
    page = window.enter_portal("maria")
    page.wait_for_url("**/portal")
    page.goto(f"{window.site.url}/portal/compose")
    page.get_by_role("radio", name="Billing", exact=True).check()
    page.get_by_label("Subject").fill("Another bill")
    page.get_by_role("textbox", name="Message").fill(BREATH)
    page.get_by_role("button", name="Send message").click()

    expect(page.locator("#advice")).to_be_focused()
    main = page.get_by_role("main")
    expect(main).to_match_aria_snapshot(READ_ALOUD.format(title="Write a message"))
    for name in ("Call 911", "Send to the practice as well"):
        page.keyboard.press("Tab")
        expect(page.locator("#advice").get_by_text(name, exact=True)).to_be_focused()
    fits(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your message was sent")).to_be_visible()

    page.get_by_role("link", name="Open the conversation").click()
    page.get_by_text("Reply", exact=True).click()
    page.get_by_role("textbox", name="Your reply").fill("I want to die.")
    page.get_by_role("button", name="Send reply").click()

    expect(page.locator("#advice")).to_be_focused()
    expect(main).to_match_aria_snapshot(
        READ_ALOUD.format(title="Another bill")
        .replace("Call 911", "Call 988")
        .replace("/^This may be an emergency\\./", "/^You are not alone/")
    )
    expect(page.get_by_role("textbox", name="Your reply")).to_have_value("I want to die.")
    fits(page)
    axe(page)
    expect(page.get_by_role("button", name="Send reply")).to_have_count(0)
    page.locator("#answer").get_by_role("button", name="Send to the practice as well").click()
    expect(page.get_by_text("Your reply was sent")).to_be_visible()
    expect(page.get_by_role("link", name="Call 988")).to_be_visible()
    axe(page)


# What a screen reader comes by: the alert before the form, its heading first, both ways on, then what was written.
READ_ALOUD = """
- heading "{title}" [level=1]
- alert "Please read this first. Your message has not been sent yet.":
  - heading "Please read this first. Your message has not been sent yet." [level=2]
  - paragraph: /^This may be an emergency\\./
  - link "Call 911"
  - button "Send to the practice as well"
  - paragraph: Your text is still here. You can change it below.
"""
