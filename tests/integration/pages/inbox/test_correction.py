"""A conversation that was moved to another topic, as the page of its message tells it."""

import re
from datetime import timedelta

import pytest

from router.flows.staff.inbox import InboxView
from router.messages.message import ReplyDraft
from router.practice.topics import Topic
from tests.builders import settings
from tests.integration.pages.conftest import Browser
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import ann_as, fields_of, item, looked_at, move, page_of
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414


@pytest.fixture
def moved(ann: Browser) -> Browser:
    """Ann has moved the first message from billing to medical, which she gets as well as ada."""
    house = ann.service.house
    house.save(settings({Topic.BILLING: ["ann", "ben"], Topic.MEDICAL: ["ann", "ada"]}))
    path = page_of(item(house))
    done = move(ann, path, "medical")
    assert done.status_code == 303
    return ann


def test_who_moved_it_reads_in_its_history_that_it_was_they_and_others_read_their_name(moved: Browser) -> None:
    house = moved.service.house
    mine, adas = page_of(item(house)), page_of(item(house, "ada"))
    told = re.compile(r'entry-from">(\w+)</bdi> <span class="quiet small">moved it from Billing to Medical<')

    assert told.findall(moved.open(mine).text) == ["You"]
    ann_as(moved, "ada")
    assert told.findall(moved.open(adas).text) == ["Ann"]


def test_who_gets_it_reads_who_moved_it_also_in_the_list(moved: Browser) -> None:
    adas = page_of(item(moved.service.house, "ada"))
    ann_as(moved, "ada")

    for path in (adas, "/inbox"):
        assert "Ann moved it from Billing to Medical." in moved.open(path).text, path


def test_who_moves_what_was_forwarded_to_them_and_keeps_it_reads_that_it_was_they(ann: Browser) -> None:
    house = ann.service.house
    house.save(settings({Topic.BILLING: ["ann", "ben"], Topic.MEDICAL: ["ada"]}))
    path = page_of(item(house))
    ann.send(path, path, do="forward", to="ada", note="", **fields_of(ann.open(path).text))
    adas = page_of(item(house, "ada"))
    ann_as(ann, "ada")
    assert "Ann forwarded it to you." in ann.open(adas).text

    move(ann, adas, "medical")

    assert "You moved it from Billing to Medical." in ann.open(adas).text


def test_who_lost_it_by_a_later_move_still_reads_of_the_one_that_brought_it(moved: Browser) -> None:
    house = moved.service.house
    house.save(settings({Topic.MEDICAL: ["ann", "ada"], Topic.OTHER: ["ben"]}))
    adas, anns = page_of(item(house, "ada")), page_of(item(house))
    house.clock.by += timedelta(minutes=1)
    move(moved, anns, "other")
    ann_as(moved, "ada")

    page = moved.open(adas).text

    assert "This message has gone to somebody else" in page
    assert "Ann moved it from Billing to Medical." in page


def test_who_may_not_move_what_the_patient_sent_to_somebody_reads_so_before_trying(ann: Browser) -> None:
    house = ann.service.house
    house.write(house.draft("chosen", patient="pat", topic=Topic.MEDICAL, to="ann", subject="Chosen"))
    house.route.run()
    path = page_of(item(house, subject="Chosen"))
    assert "The right topic" in ann.open(path).text
    ann.send(path, path, do="forward", to="ada", note="", **fields_of(ann.open(path).text))
    adas = page_of(item(house, "ada", subject="Chosen"))
    ann_as(ann, "ada")

    page = ann.open(adas).text

    assert "Only that person, their cover or the owner can move it." in page
    assert "The right topic" not in page


def test_what_was_written_before_the_move_keeps_the_name_that_the_patient_wrote_to(moved: Browser) -> None:
    house = moved.service.house
    house.write(ReplyDraft("again", "pat", item(house).conversation, "Still there?"))
    house.route.run()
    told = re.compile("<dt>Written to</dt><dd><bdi>(.*?)</bdi>")
    for staff in ("ann", "ada", "ben"):
        ann_as(moved, staff)
        found = [*house.inbox(staff).items, *house.inbox(staff, InboxView.DONE).items]
        mine = {one.body: told.findall(moved.open(page_of(one)).text) for one in found}
        assert mine["First\nbody"] == ["Billing Office"], staff
        assert mine.get("Still there?", ["Medical Team"]) == ["Medical Team"], staff


def look(ann: Browser, path: str) -> str:
    """What the page says about who will be able to read a conversation that ann would move."""
    fields = fields_of(ann.open(path).text)
    return ann.send(path, f"{path}/topic", do="look", topic="medical", **fields).text


def test_who_moves_it_reads_first_how_many_messages_go_with_it(ann: Browser) -> None:
    house = ann.service.house
    house.save(settings({Topic.BILLING: ["ann"], Topic.MEDICAL: ["ada"]}))
    path = page_of(item(house))
    assert "They get this message and later ones." in look(ann, path)

    house.write(ReplyDraft("again", "pat", item(house).conversation, "Still there?"))
    house.route.run()
    assert "They get the 2 messages of this conversation that are still open, each in their inbox" in look(ann, path)

    move(ann, path, "medical")
    assert [one.body for one in house.inbox("ada").items] == ["Still there?", "First\nbody"]


def test_who_moves_what_is_done_reads_what_of_its_conversation_is_still_open(ann: Browser) -> None:
    house = ann.service.house
    house.save(settings({Topic.BILLING: ["ann"], Topic.MEDICAL: ["ada"]}))
    path, bens = page_of(item(house)), page_of(item(house, "ben"))
    ann.send(path, path, do="reply", body="Answered.", **fields_of(ann.open(path).text))
    assert "They get this message and later ones." in look(ann, path), "ben has it open"
    ann_as(ann, "ben").send(bens, bens, do="done")
    ann_as(ann, "ann")
    assert "Nothing in this conversation is still open: they get later messages." in look(ann, path)

    house.write(ReplyDraft("again", "pat", item(house).conversation, "Still there?"))
    house.route.run()
    assert "They get the one message of this conversation that is still open and later ones." in look(ann, path)

    move(ann, path, "medical")
    assert [one.body for one in house.inbox("ada").items] == ["Still there?"]


def test_a_move_to_a_topic_that_was_not_shown_shows_its_readers_and_moves_nothing(ann: Browser) -> None:
    house = ann.service.house
    house.save(settings({Topic.BILLING: ["ann"], Topic.MEDICAL: ["ada"], Topic.OTHER: ["ben"]}))
    path = page_of(item(house))
    shown = looked_at(look(ann, path))
    assert shown == {"looked_at": "medical", "reader": ["ada"]}
    fields = {"topic_note": "Kept.", **fields_of(ann.open(path).text)}

    for carried in (shown, {}):
        again = ann.send(path, f"{path}/topic", do="move", topic="other", **fields, **carried)

        assert (again.status_code, "You chose another topic than the one that was shown." in again.text) == (409, True)
        assert "Other: who will be able to read it" in again.text
        assert looked_at(again.text) == {"looked_at": "other", "reader": ["ben"]}
        assert re.search(r">\s*Kept\.</textarea>", again.text)
        assert item(house).topic is Topic.BILLING

    moved = ann.send(path, f"{path}/topic", do="move", topic="other", **fields, **looked_at(again.text))
    assert moved.status_code == 303
    assert item(house, "ben").topic is Topic.OTHER


def test_a_move_to_others_than_were_shown_shows_them_and_moves_nothing(ann: Browser) -> None:
    house = ann.service.house
    house.save(settings({Topic.BILLING: ["ann"], Topic.MEDICAL: ["ada"]}))
    path = page_of(item(house))
    shown = looked_at(look(ann, path))
    house.save(settings({Topic.BILLING: ["ann"], Topic.MEDICAL: ["ada", "ben"]}))
    fields = {"topic": "medical", "topic_note": "Kept.", **fields_of(ann.open(path).text)}

    again = ann.send(path, f"{path}/topic", do="move", **fields, **shown)

    assert (again.status_code, "Other people would be able to read it now" in again.text) == (409, True)
    assert looked_at(again.text) == {"looked_at": "medical", "reader": ["ada", "ben"]}
    assert re.search(r">\s*Kept\.</textarea>", again.text)
    assert item(house).topic is Topic.BILLING
    assert ann.send(path, f"{path}/topic", do="move", **fields, **looked_at(again.text)).status_code == 303
