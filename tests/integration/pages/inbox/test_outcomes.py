"""Finishing a message without a reply, keeping it open, and what is late, on the pages of the inbox."""

from dataclasses import replace
from datetime import timedelta

import pytest

from router.messages.states import DeliveryState
from router.messaging.hours import Hours, PracticeHours
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE
from tests.integration.pages.conftest import Browser
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import fields_of, item, page_of
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414

TIMED = settings({Topic.BILLING: ["ann", "ben"]}, hours=Hours(PracticeHours(round_the_clock=True)), answer_within=60)


@pytest.mark.parametrize(
    ("act", "status", "outcome"),
    [("phoned", "answered", "answered_by_phone"), ("not_needed", "opened", "no_answer_needed")],
)
def test_a_message_is_finished_without_a_reply(ann: Browser, act: str, status: str, outcome: str) -> None:
    house = ann.service.house
    path = page_of(item(house))

    done = ann.send(path, path, do=act)

    assert done.headers["location"].endswith("told=done")
    assert "Undo" not in ann.open(done.headers["location"]).text
    assert item(house).state is DeliveryState.DONE
    receipt = house.accept.receipt(PRACTICE, item(house).message)
    assert (receipt.status.value, receipt.outcome) == (status, outcome)


def test_a_reply_may_keep_the_message_open(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))

    done = ann.send(path, path, do="reply", body="We look.", keep_open="on", **fields_of(ann.open(path).text))

    assert "stays open for another answer" in ann.open(done.headers["location"]).text
    assert item(house).state is DeliveryState.READ
    assert house.accept.receipt(PRACTICE, item(house).message).waits


def test_what_is_late_is_marked_in_the_list_and_on_the_page(ann: Browser) -> None:
    house = ann.service.house
    house.save(replace(TIMED, phone="555 0100"))
    house.write(house.draft("third", subject="Third subject"))
    house.route.run()
    path = page_of(item(house, subject="Third subject"))
    assert "Answer by" in ann.open("/inbox").text
    assert ">Late<" not in ann.open("/inbox").text

    house.clock.by += timedelta(minutes=90)
    ann = ann.sign_in("ann")

    assert ">Late<" in ann.open("/inbox").text
    assert "The patient sees that it is taking longer than usual" in ann.open(path).text
