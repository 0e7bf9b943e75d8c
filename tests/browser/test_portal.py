"""The portal of patients, in a browser: one service for all tests, each of which has a patient of its own."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NARROW, Site, Visitor, enlarge_text, serving
from tests.processes import wait_for

TEAM = [{"staff": "lee", "role": "Primary care"}, {"staff": "patel", "role": "Nurse"}]
CARER = {"id": "carlos", "name": "Carlos Alvarez", "permissions": ["messages:read", "messages:write"]}
HELPER = {"id": "helper", "name": "Hel Per", "permissions": ["messages:write"]}
PATIENTS = (
    "writer",
    "changer",
    "replier",
    "plain",
    "drafter",
    "reader",
    "newcomer",
    "follower",
    "counter",
    "mailed",
    "returner",
)
HOSTILE = "<script>alert('1')</script> \u202eright to left\u200f 😀" + "W" * 140


@pytest.fixture(scope="module")
def site(furnished: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Messaging is on: bills go to a display name, for all else patients choose; Nina Patel is away."""
    with serving(furnished, tmp_path_factory.mktemp("portal")) as made:
        patients = [
            {
                "id": patient,
                "name": f"{patient.title()} Reed",
                "birth_date": "1961-04-09",
                "home_site": "north",
                "sites": ["north", "south"],
                "email": f"{patient}.of.a.rather.long.name@a-family-with-a-long-name.example"
                if patient == "mailed"
                else None,
                "notify": patient == "mailed",
                "care_team": TEAM,
                "authorized_users": [CARER, HELPER],
            }
            for patient in PATIENTS
        ]
        assert made.portal.call("PUT", "/v1/roster", {"patients": patients})[0] == 200
        change_messaging(made, billing={"recipients": ["gomez"]})
        now = datetime.now(UTC)
        absence = {"from": str(now - timedelta(hours=1)), "until": str(now + timedelta(days=3)), "cover": "okafor"}
        assert made.portal.call("PUT", "/v1/staff/patel/absence", absence)[0] == 200
        yield made


def change_messaging(site: Site, **topics: dict[str, Any]) -> None:
    """Save the settings with messaging on and these topics changed."""
    settings = site.messaging() | {"messaging_enabled": True}
    for name, change in topics.items():
        settings["practice"]["topics"][name] |= change
    saved = site.portal.call("PUT", "/v1/messaging", settings, If_Match=f'"{settings["version"]}"')
    assert saved[0] == 200, saved


def written(site: Site, patient: str, key: str, **fields: object) -> str:
    """A message about a bill that came over the API; the id of its conversation."""
    status, accepted = site.portal.write(f"{patient}-{key}", patient=patient, **fields)
    assert status == 202, accepted
    return str(accepted["conversation"])


def answer(site: Site, conversation: str, body: str = "We will look into it.") -> None:
    """Luis Gomez answers in a conversation."""

    def find() -> Any:  # noqa: ANN401 - JSON is what it is.
        found = site.portal.call("GET", "/v1/staff/gomez/inbox")[1]["items"]
        return next((one for one in found if one["conversation"] == conversation), None)

    delivery = wait_for(find, "the delivery")["id"]
    assert site.portal.call("POST", f"/v1/deliveries/{delivery}/reply", {"staff": "gomez", "body": body})[0] == 201


def conversations(site: Site, patient: str) -> Any:  # noqa: ANN401 - JSON is what it is.
    return site.portal.call("GET", f"/v1/patients/{patient}/conversations")[1]["items"]


def come(window: Visitor, patient: str, actor: str | None = None) -> Page:
    """Come into the portal, and be there."""
    page = window.enter_portal(patient, actor)
    # Into another chart a link leads only when it is asked to.
    other = page.get_by_role("button", name="Open the other messages")
    if other.is_visible():
        other.click()
    page.wait_for_url("**/portal")
    return page


def topic(page: Page, label: str) -> Locator:
    return page.get_by_role("radio", name=label, exact=True)


def fill(page: Page, subject: str, body: str) -> None:
    page.get_by_label("Subject").fill(subject)
    page.get_by_role("textbox", name="Message").fill(body)


def send(page: Page) -> None:
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_role("heading", name="Your message was sent")).to_be_visible()


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


def test_the_keyboard_is_enough_to_read_and_reply(visitor) -> None:
    window = visitor()
    conversation = written(window.site, "replier", "one", subject="The bill of May")
    answer(window.site, conversation)
    page = come(window, "replier")
    expect(page.get_by_text("1 new message in 1 conversation.")).to_be_visible()
    assert "1 new" in page.title()
    page.get_by_role("link", name="Write a message").focus()

    page.keyboard.press("Tab")
    expect(page.get_by_label("Search your messages")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="The bill of May")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The bill of May")).to_be_visible()
    expect(page.get_by_role("list", name="Messages, newest first").get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_text("Billing Office New")).to_be_visible()
    page.keyboard.press("Tab")
    page.locator("summary", has_text="Reply").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your reply")).to_be_focused()
    page.keyboard.type("Thank you!")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Your reply was sent")).to_be_visible()
    assert page.url.endswith(f"/portal/conversations/{conversation}")
    expect(page.get_by_text("Luis")).to_have_count(0)
    page.emulate_media(media="print")
    expect(page.locator(".reply-box")).to_be_hidden()
    expect(page.get_by_text("Patient: Replier Reed, born 9 Apr 1961")).to_be_visible()
    expect(page.get_by_text("Thank you!")).to_be_visible()


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
    # Another chart, also in the same tab and for the same person, gets none of it.
    come(window, "drafter", "carlos").goto(compose)
    expect(body).to_have_value("")

    come(window, "drafter").goto(compose)
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


def test_new_entries_appear_by_themselves_and_leave_what_is_being_written(visitor) -> None:
    window = visitor()
    conversation = written(window.site, "follower", "one", subject="The bill of May")
    page = come(window, "follower")
    page.goto(f"{window.site.url}/portal/conversations/{conversation}")
    page.locator("summary", has_text="Reply").click()
    page.get_by_label("Your reply").fill("Half a reply")

    answer(window.site, conversation, "Here is what the insurer said.")
    # What the page does every few seconds, and whenever somebody comes back to it.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.get_by_text("Here is what the insurer said.")).to_be_visible()
    expect(page.locator("[data-said]")).to_have_text("New entry from Billing Office.")
    expect(page.get_by_label("Your reply")).to_have_value("Half a reply")
    expect(page.get_by_label("Your reply")).to_be_focused()


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


def unsubscribe_link(site: Site) -> str:
    """The address to unsubscribe in the one email to a patient that was caught."""
    parser = BytesHeaderParser(policy=policy.default)
    emails = [parser.parsebytes(file.read_bytes()) for file in (site.data / "mail").glob("[cn][ue]*/*")]
    return next((str(email["List-Unsubscribe"]).strip("<>") for email in emails if email["List-Unsubscribe"]), "")


def test_emails_about_answers_are_turned_off_by_their_link_and_on_again_in_the_portal(visitor, axe, fits) -> None:
    phone: Visitor = visitor(viewport=NARROW)
    written(phone.site, "mailed", "one", topic="billing")
    wait_for(lambda: bool(inbox_of(phone.site, "gomez", "mailed")), "the message")
    delivery = inbox_of(phone.site, "gomez", "mailed")[0]
    reply = {"staff": "gomez", "body": "It is right."}
    assert phone.site.portal.call("POST", f"/v1/deliveries/{delivery}/reply", reply)[0] == 201
    wait_for(lambda: bool(unsubscribe_link(phone.site)), "the email")
    page = phone.page
    page.goto(unsubscribe_link(phone.site))
    expect(page.get_by_role("heading", level=1)).to_have_text("Turn off emails?")
    axe(page)
    fits(page)

    page.get_by_role("button", name="Turn off emails").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Emails are off")
    axe(page)
    fits(page)
    phone.enter_portal("mailed")
    expect(page.get_by_role("heading", name="Emails about answers: off")).to_be_visible()
    page.get_by_role("button", name="Turn on emails").click()
    expect(page.get_by_role("heading", name="Emails about answers: on")).to_be_visible()
    axe(page)
    fits(page)
    enlarge_text(page)
    fits(page)


def inbox_of(site: Site, staff: str, patient: str) -> list[str]:
    """The deliveries of a patient's messages to somebody."""
    _, found = site.portal.call("GET", f"/v1/staff/{staff}/inbox")
    return [item["id"] for item in found["items"] if item["patient"]["id"] == patient]


def test_the_pages_keep_nobody_out_whatever_was_written(visitor, axe, fits) -> None:
    window = visitor()
    conversation = written(window.site, "reader", "hostile", subject=HOSTILE, body=HOSTILE + "W" * 19_000)
    answer(window.site, conversation, HOSTILE)
    page = come(window, "reader")
    expect(page.get_by_role("link", name=HOSTILE).first).to_be_visible()

    def look(path: str) -> None:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(window.site.url + path)
        reply = page.locator("summary", has_text="Reply")
        if reply.is_visible():
            reply.click()
        if path == "/portal/compose":
            topic(page, "Medical").check()
            page.get_by_role("button", name="Send message").click()
            expect(page.get_by_text("Choose who gets your message.").first).to_be_visible()
        axe(page)
        page.set_viewport_size({"width": 320, "height": 640})
        axe(page)
        enlarge_text(page)
        fits(page)

    for path in ("/portal", f"/portal/conversations/{conversation}", "/portal/topics/billing", "/portal/compose"):
        look(path)
    page.goto(f"{window.site.url}/portal")
    page.get_by_label("Search your messages").fill("script right")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("conversations? found"))).to_be_visible()
    assert page.url.endswith("/portal/search")
    axe(page)
    enlarge_text(page)
    fits(page)
    page.goto(f"{window.site.url}/portal/conversations/{conversation}")
    # Its change of direction ends where it ends; everything else is as written.
    assert page.locator(".entry-body").first.text_content() == HOSTILE + "\u202c"
    come(window, "reader", "helper")
    look("/portal")
    expect(page.get_by_text("You act for Reader Reed, born")).to_be_visible()
    page.goto(f"{window.site.url}/portal/compose")
    topic(page, "Billing").check()
    fill(page, "A bill", "From somebody who helps.")
    send(page)
    look(page.url.removeprefix(window.site.url))
    come(window, "newcomer")
    look("/portal")


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
