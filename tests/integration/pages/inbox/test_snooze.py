"""Putting a message off on its page."""

import re
from dataclasses import replace
from datetime import timedelta

from router.flows.staff.inbox import InboxView
from router.messages.states import DeliveryState
from router.messaging.hours import Hours, PracticeHours
from router.practice.topics import Topic
from tests.builders import settings
from tests.integration.pages.conftest import Browser
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414
from tests.integration.pages.inbox.inboxes import item, page_of

OFFERED = re.compile(r'name="offered" value="([^"]+)">([^<]+)<')


def test_a_message_is_put_off_and_brought_back(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    moments = {label.partition(",")[0]: moment for moment, label in OFFERED.findall(ann.open(path).text)}
    assert {"In an hour", "In three hours", "Tomorrow"} <= set(moments)

    gone = ann.send(path, f"{path}?view=open", do="snooze", offered=moments["In an hour"], at="")
    page = ann.open(gone.headers["location"]).text

    assert re.search(
        r"The message will come back at the top on [A-Z][a-z]{2} [^.<]*\d\d:\d\d\. Until then it is under Later\.", page
    )
    assert 'class="delivery-head"' in page
    assert "First subject" not in page
    later = ann.open("/inbox?view=later").text
    assert "First subject" in later
    assert "Comes back" in later
    assert "Put off until" in ann.open(path).text
    back = ann.send(path, path, do="wake")
    assert "The message is back in your open list." in ann.open(back.headers["location"]).text
    assert "First subject" in ann.open("/inbox").text
    assert "Nothing is put off" in ann.open("/inbox?view=later").text


def test_it_comes_back_as_a_reminder(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    ann.send(path, path, do="snooze", at="2031-01-02T08:00")
    assert item_state(ann) == []
    typed = ann.send(path, path, do="snooze", at=f"{house.operations.ready() + timedelta(hours=30):%Y-%m-%dT%H:%M}")
    assert typed.status_code == 303

    house.clock.by = timedelta(days=2)
    ann.sign_in("ann")
    page = ann.open("/inbox").text

    assert page.index("First subject") < page.index("Second subject")
    assert page.count(">Reminder<") == 1
    assert ">Reminder<" in ann.open(path).text


def item_state(ann: Browser) -> list[DeliveryState]:
    return [one.state for one in ann.service.house.inbox("ann", InboxView.LATER).items]


def test_what_can_not_be_is_said_beside_the_field(ann: Browser) -> None:
    path = page_of(item(ann.service.house))
    for fields, said in (
        ({"at": ""}, "must be a date and a time"),
        ({"at": "2020-01-01T08:00"}, "must be later than now"),
        ({"offered": "nonsense"}, "must be a date and a time"),
        ({"offered": "2020-01-01T08:00:00"}, "must be a date and a time"),
        ({"at": "2199-01-01T08:00"}, "must be within 90 days"),
    ):
        page = ann.send(path, path, do="snooze", **fields)
        assert (page.status_code, said in page.text) == (422, True), fields


def test_it_is_not_offered_beyond_the_answer_by(ann: Browser) -> None:
    house = ann.service.house
    hours = Hours(practice=PracticeHours(round_the_clock=True))
    house.save(replace(settings({Topic.BILLING: ["ann"]}), hours=hours, answer_within=120))
    house.write(house.draft("third", subject="Third subject"))
    house.route.run()
    path = page_of(item(house, subject="Third subject"))

    page = ann.open(path).text
    assert [label.partition(",")[0] for _, label in OFFERED.findall(page)] == ["In an hour"]
    assert "The latest time is" in page
    late = f"{house.operations.ready() + timedelta(hours=9):%Y-%m-%dT%H:%M}"
    refused = ann.send(path, path, do="snooze", at=late)
    assert (refused.status_code, "must not be later than the time at which" in refused.text) == (422, True)

    house.clock.by = timedelta(hours=3)
    ann.sign_in("ann")
    page = ann.open(path).text
    assert "It can no longer be put off" in page
    assert OFFERED.findall(page) == []


def test_enter_in_the_field_of_a_time_presses_the_button_beside_it(ann: Browser) -> None:
    form = ann.open(page_of(item(ann.service.house))).text.split('name="do" value="snooze"')[1]

    assert re.findall(r"<button[^>]*>([^<]+)<", form)[0] == "Remind me then"
