"""Drafts on the page of a message, without scripts and as the page's script saves them."""

import pytest

from tests.integration.pages.conftest import TOKEN, Browser
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import ann_as, fields_of, item, page_of
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414


def save(ann: Browser, path: str, body: str, **fields: str) -> int:
    """What the page's script sends while somebody writes."""
    token = TOKEN.findall(ann.open(path).text)[0]
    return ann.client.post(f"{path}/draft", data={"csrf": token, "body": body, **fields}).status_code


def test_a_draft_stands_in_the_field_and_on_its_authors_list_alone(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    bens = page_of(item(house, "ben"))

    assert save(ann, path, "Half a\r\n<reply>") == 200
    assert save(ann, path, "Half a note", kind="note") == 200

    page = ann.open(path).text
    assert ">\nHalf a\n&lt;reply&gt;</textarea>" in page
    assert ">\nHalf a note</textarea>" in page
    assert "Only you can see it." in page
    assert ann.open("/inbox").text.count(">Draft<") == 1
    ann_as(ann, "ben")
    assert ">Draft<" not in ann.open("/inbox").text
    assert "Half a" not in ann.open(bens).text
    assert save(ann, bens, "x") == 200
    assert ann.client.post(f"{path}/draft", data={"csrf": TOKEN.findall(ann.open(bens).text)[0]}).status_code == 404


@pytest.mark.parametrize("seen", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01", "x"])
def test_a_moment_that_no_page_was_given_is_none(ann: Browser, seen: str) -> None:
    path = page_of(item(ann.service.house))
    save(ann, path, "Half a reply", kind="reply")

    assert save(ann, path, "Another", kind="reply", seen_reply=seen) == 200
    assert ann.send(path, path, do="keep", body="A third", seen_reply=seen).status_code == 303


def test_sending_clears_it_and_a_save_on_its_way_does_not_bring_it_back(ann: Browser) -> None:
    path = page_of(item(ann.service.house))
    carried = fields_of(ann.open(path).text)
    save(ann, path, "Half a reply")

    ann.send(path, path, do="reply", body="A whole reply.", **carried)
    save(ann, path, "A whole rep", key=carried["key"])

    assert "Only you can see it." not in ann.open(path).text
    assert ">Draft<" not in ann.open("/inbox?view=done").text


def test_without_scripts_a_button_keeps_and_another_deletes(ann: Browser) -> None:
    path = page_of(item(ann.service.house))

    kept = ann.send(path, path, do="keep", body="Half a reply")
    assert "Your draft is saved." in ann.open(kept.headers["location"]).text
    assert ">\nHalf a reply</textarea>" in ann.open(path).text
    discarded = ann.send(path, path, do="discard", kind="reply")

    assert "Your draft is deleted." in ann.open(discarded.headers["location"]).text
    assert "Half a reply" not in ann.open(path).text
    assert save(ann, path, "😀" * 40_000) == 200
    refused = ann.send(path, path, do="keep", body="x" * 40_001)
    assert (refused.status_code, "must have at most 40000 characters" in refused.text) == (422, True)


def test_what_was_begun_stays_readable_where_the_message_went_to_somebody_else(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    save(ann, path, "Half a reply")

    house.send_away("ann", "ada")
    house.absences.run()

    page = ann.open(path).text
    assert "This message has gone to somebody else" in page
    assert "Your unsent text" in page
    assert "Half a reply" in page


@pytest.mark.parametrize(
    ("ending", "fields"),
    [
        ("/topic", {"topic": ""}),
        ("/topic", {"topic": "other", "do": "look"}),
        ("/topic", {"topic": "off"}),
        ("/priority", {"to": "routine"}),
        ("", {"do": "colleagues", "colleagues": ""}),
        ("", {"do": "snooze", "at": "1999-01-01T08:00"}),
        ("", {"do": "forward", "to": "nobody of this name", "note": "Half a note"}),
        ("", {"do": "reply", "body": "x" * 20_001}),
    ],
)
def test_whatever_else_is_asked_for_or_refused_what_was_begun_stays(
    ann: Browser, ending: str, fields: dict[str, str]
) -> None:
    """The page came with empty fields, and the next letter was saved over the draft."""
    path = page_of(item(ann.service.house))
    begun = {"reply": "Half a reply", "note": "Half a note", "colleagues": "Half a word"}
    for kind, body in begun.items():
        assert save(ann, path, body, kind=kind) == 200

    answer = ann.send(path, path + ending, **fields)

    assert answer.status_code in {200, 422}
    sent = {"reply": "body", "note": "note", "colleagues": "colleagues"}
    for kind, body in begun.items():
        assert f">\n{fields.get(sent[kind], body)}</textarea>" in answer.text


def test_what_was_written_on_another_device_stands_below_and_can_be_chosen(ann: Browser) -> None:
    path = page_of(item(ann.service.house))
    desk, phone = (fields_of(ann.open(path).text) for _ in range(2))
    save(ann, path, "From the phone", key=phone["key"])

    answer = ann.send(path, path, do="keep", body="From the desk", **desk)

    page = ann.open(answer.headers["location"]).text
    assert ">\nFrom the desk</textarea>" in page
    assert "You also wrote this, on another page or device" in page
    assert '<div class="entry-body" dir="auto">From the phone</div>' in page
    swapped = ann.send(path, path, do="swap", kind="reply")
    page = ann.open(swapped.headers["location"]).text
    assert "That text stands in the field now." in page
    assert ">\nFrom the phone</textarea>" in page
    assert '<div class="entry-body" dir="auto">From the desk</div>' in page
    deleted = ann.send(path, path, do="delete-other", kind="reply")
    page = ann.open(deleted.headers["location"]).text
    assert "The other text is deleted." in page
    assert "From the desk" not in page
    assert ">\nFrom the phone</textarea>" in page


@pytest.mark.parametrize("seen", ["yesterday", "2026-12-01T10:00:00", ""])
def test_a_form_that_says_nothing_of_what_it_has_seen_has_seen_nothing(ann: Browser, seen: str) -> None:
    path = page_of(item(ann.service.house))
    save(ann, path, "From the phone", key="phone")

    assert save(ann, path, "From the desk", key="desk", seen_reply=seen) == 200

    assert "From the phone" in ann.open(path).text


def test_both_stay_readable_where_the_message_went_to_somebody_else(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    save(ann, path, "From the phone", key="phone")
    save(ann, path, "From the desk", key="desk")

    house.send_away("ann", "ada")
    house.absences.run()

    page = ann.open(path).text
    assert "From the phone" in page
    assert "From the desk" in page
