"""Notes for colleagues on the page of a message."""

import re

from router.messages.message import ReplyDraft
from tests.integration.pages.conftest import Browser
from tests.integration.pages.inbox.inboxes import HOSTILE, ann_as, fields_of, item, page_of
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414


def test_a_note_stands_in_the_thread_of_everybody_who_has_the_message(ann: Browser) -> None:
    house = ann.service.house
    path, bens = page_of(item(house)), page_of(item(house, "ben"))
    page = ann.open(path).text
    assert "part of the record" in page

    saved = ann.send(path, path, do="colleagues", colleagues=HOSTILE, mention="", **fields_of(page))

    assert "Your note is saved." in ann.open(saved.headers["location"]).text
    ann_as(ann, "ben")
    shown = ann.open(bens).text
    assert "note, for staff only" in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_a_mention_asks_before_it_gives_the_message(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    fields = {"do": "colleagues", "colleagues": "Please look.", "mention": "ada"} | fields_of(ann.open(path).text)

    asked = ann.send(path, path, **fields)
    assert "Give Ada this message?" in asked.text
    assert ">\nPlease look.</textarea>" in asked.text
    assert fields_of(asked.text)["key"] == fields["key"]
    assert house.inbox("ada").items == ()
    given = ann.send(path, path, **fields, give="ada")

    told = ann.open(given.headers["location"]).text
    assert "Your note is saved. Ada got this message and your note." in told
    assert "note to Ada, for staff only" in told
    adas = page_of(item(house, "ada"))
    ann_as(ann, "ada")
    page = ann.open(adas).text
    assert "note to you, for staff only" in page
    assert "Please look." in page


def test_who_has_it_already_is_not_asked_about_and_a_mention_can_be_left_out(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    carried = fields_of(ann.open(path).text)

    saved = ann.send(path, path, do="colleagues", colleagues="For Ben.", mention="ben", **carried)
    assert "Ben has this message already, and finds it unread again" in ann.open(saved.headers["location"]).text
    carried = fields_of(ann.open(path).text)
    ann.send(path, path, do="colleagues", colleagues="For nobody.", mention="ada", alone="yes", **carried)

    page = ann.open(path).text
    assert "note to Ben, for staff only" in page
    assert "For nobody." in page
    assert house.inbox("ada").items == ()


def test_what_can_not_be_saved_stays_typed(ann: Browser) -> None:
    path = page_of(item(ann.service.house))
    carried = fields_of(ann.open(path).text)
    for fields, said in (
        ({"colleagues": "", "mention": "ada"}, "must not be empty"),
        ({"colleagues": "Kept.", "mention": "nobody here"}, "No active colleague matches."),
        ({"colleagues": "Kept.", "mention": "ann"}, "No active colleague matches."),
    ):
        page = ann.send(path, path, do="colleagues", **carried, **fields)
        assert (page.status_code, said in page.text) == (422, True), fields
        assert f">\n{fields['colleagues']}</textarea>" in page.text

    ann.send(path, path, do="colleagues", colleagues="One.", **carried)
    again = ann.send(path, path, do="colleagues", colleagues="Two.", **carried)
    assert (again.status_code, "Another note was already saved" in again.text) == (422, True)


def test_what_is_earlier_is_shown_when_it_is_asked_for(ann: Browser) -> None:
    house = ann.service.house
    first = item(house)
    ann.send(page_of(first), page_of(first), do="reply", body="An early reply.")
    house.write(ReplyDraft("again", "pat", first.conversation, "Again."))
    house.route.run()
    again = next(one for one in house.inbox("ann").items if one.body == "Again.")
    ann.send(page_of(again), page_of(again), do="forward", to="ada", note="Look.")
    ann_as(ann, "ada")
    path = page_of(item(house, "ada"))

    page = ann.open(path).text
    assert "An early reply." not in page
    link = re.findall(r'href="([^"]*earlier=yes)#conversation"', page)[0]
    shown = ann.open(link.replace("&amp;", "&")).text

    assert "An early reply." in shown
    assert "Show earlier messages" not in shown
