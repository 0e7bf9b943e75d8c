"""What the portal says about being open and about answers, without scripts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.http.pages.kit.times import expectation, opening, soon
from router.actors import COMMAND
from router.messages.inbox import DeliveryRef
from router.messages.states import DeliveryState, Outcome
from router.messaging.hours import Hours, PracticeHours
from router.messaging.settings import TopicSet
from router.practice.topics import Topic
from tests.builders import NOON, settings
from tests.house import PRACTICE
from tests.integration.pages.conftest import Browser
from tests.integration.pages.portal.portals import COMPOSE, bill, press, sent
from tests.integration.pages.portal.portals import pat as pat  # noqa: PLC0414 - the fixture is shared.

ZONE = "America/Chicago"
USUALLY = "We usually answer by "


@pytest.fixture
def timed(pat: Browser) -> Browser:
    """Pat, in a practice that answers within an hour, round the clock."""
    made = settings({Topic.BILLING: ["ben"]}, hours=Hours(PracticeHours(round_the_clock=True)), answer_within=60)
    guided = replace(made.practice[Topic.BILLING], guidance="Name the bill.")
    topics = TopicSet({**made.practice.topics, Topic.BILLING: guided})
    pat.service.house.save(replace(made, practice=topics, phone="555 0100"))
    return pat


def test_the_form_and_the_confirmation_say_by_when(timed: Browser) -> None:
    form = timed.open(COMPOSE)
    assert USUALLY in form.text
    assert "Name the bill." in form.text
    assert "The practice is open now." in form.text

    done = press(timed, form, **bill())

    assert USUALLY in timed.open(done.headers["location"]).text


def test_nothing_is_said_where_no_hours_are_set(pat: Browser) -> None:
    text = pat.open(COMPOSE).text

    assert USUALLY not in text
    assert "open now" not in text


def test_a_thread_says_by_when_and_then_that_it_takes_longer(timed: Browser) -> None:
    page = f"/portal/conversations/{sent(timed).conversation}"
    assert f"{USUALLY}" in timed.open(page).text

    timed.service.house.clock.by += timedelta(hours=2)

    timed = timed.enter_portal("pat")
    linked = '<a href="tel:5550100"><bdi>555 0100</bdi></a>'
    assert f"This is taking longer than usual. Call {linked} if you need us." in timed.open(page).text


def test_an_answer_by_phone_is_told_in_one_line(timed: Browser) -> None:
    receipt, house = sent(timed), timed.service.house
    item = next(item for item in house.inbox("ben").items if item.message == receipt.id)
    ref = DeliveryRef(PRACTICE, item.delivery, "ben", COMMAND)

    house.read_inbox.mark(ref, DeliveryState.DONE, Outcome.ANSWERED_BY_PHONE)

    text = timed.open(f"/portal/conversations/{receipt.conversation}").text
    assert ", answered by phone " in text
    assert USUALLY not in text


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(hours=6), "Mon 12:00"),
        (timedelta(days=1, hours=6), "Tue 12:00"),
        (timedelta(days=7), "Mon 9 Mar, 07:00"),
    ],
)
def test_a_moment_is_said_as_people_say_it(after: timedelta, words: str) -> None:
    assert soon(NOON + after, NOON, ZONE) == words


def test_a_moment_in_another_zone_says_in_which() -> None:
    assert soon(NOON, NOON, ZONE, named=True) == "Mon 06:00 CST"
    assert soon(NOON + timedelta(days=7), NOON, ZONE, named=True) == "Mon 9 Mar, 07:00 CDT"


def test_words_about_answers_and_opening() -> None:
    late = NOON - timedelta(minutes=1)

    assert expectation(None, NOON, ZONE, "555") == ""
    assert expectation(late, NOON, ZONE, "") == "This is taking longer than usual. Call us if you need us."
    assert expectation(NOON, NOON, ZONE, "") == "We usually answer by Mon 06:00. Not for emergencies."
    closed = opening(is_open=False, opens_at=NOON + timedelta(days=1), at=NOON, time_zone=ZONE)
    assert closed == "The practice is closed now. It opens Tue 06:00."
    assert opening(is_open=False, opens_at=None, at=NOON, time_zone=ZONE) == "The practice is closed now."
    assert opening(is_open=None, opens_at=None, at=NOON, time_zone=ZONE) == ""
