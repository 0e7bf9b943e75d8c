"""A form that is sent again because its answer was lost, after the practice has changed what it offers."""

from dataclasses import replace

from router.practice.topics import Topic
from tests.builders import settings, topic_set
from tests.integration.pages.conftest import Browser
from tests.integration.pages.portal.portals import COMPOSE, bill, press, sent, stored
from tests.integration.pages.portal.portals import pat as pat  # noqa: PLC0414 - the fixture is shared.

COUGH = {"topic": "medical", "subject": "A cough", "body": "For a week."}
URGENT = settings({Topic.BILLING: ["ben"]}, patients_may_say_urgent=True)
ROUTINE = replace(URGENT, patients_may_say_urgent=False)
ALREADY = "A message from this form was already sent"


def test_the_same_text_is_confirmed_though_the_topic_has_got_recipients(pat: Browser) -> None:
    form = pat.open(COMPOSE)
    first = press(pat, form, to__medical="ann", **COUGH)
    pat.service.house.save(settings(practice=topic_set({Topic.MEDICAL: ["ben"]}, off=[Topic.OTHER])))

    reopened = pat.open(COMPOSE)
    # A page without scripts, which asks for the new form first, and one that comes back with the key it had.
    kept = form.text.split('name="key" value="')[1].split('"')[0]
    again = [press(pat, form, to__medical="ann", **COUGH), press(pat, reopened, key=kept, **COUGH)]
    again.append(press(pat, reopened, key=kept, **(COUGH | {"topic": ""})))

    assert {answer.headers.get("location") for answer in again} == {first.headers["location"]}
    assert stored(pat) == 1


def test_the_same_text_is_confirmed_though_urgent_is_not_taken_any_more(pat: Browser) -> None:
    pat.service.house.save(URGENT)
    form = pat.open(COMPOSE)
    first = press(pat, form, **bill(urgent="on"))
    conversation = f"/portal/conversations/{sent(pat).conversation}"
    thread = pat.open(conversation)
    replied = press(pat, thread, conversation, body="More.", urgent="on")
    pat.service.house.save(ROUTINE)

    again, replied_again = press(pat, form, **bill()), press(pat, thread, conversation, body="More.")

    assert again.headers["location"].split("?")[0] == first.headers["location"].split("?")[0]
    assert replied_again.headers["location"].split("&")[0] == replied.headers["location"].split("&")[0]
    assert "You marked it as urgent." in pat.open(again.headers["location"]).text
    assert stored(pat) == 3


def test_the_same_text_that_is_to_be_private_or_urgent_now_asks(pat: Browser) -> None:
    pat.service.house.save(URGENT)
    form = pat.open(COMPOSE)
    press(pat, form, **bill())

    for changed in ({"private": "on"}, {"urgent": "on"}):
        asked = press(pat, form, **bill(**changed))
        assert asked.status_code == 422
        assert ALREADY in asked.text
    assert stored(pat) == 1
    assert press(pat, asked, **bill(urgent="on")).status_code == 303
    assert stored(pat) == 2


def test_another_choice_of_the_writers_asks(pat: Browser) -> None:
    form = pat.open(COMPOSE)
    press(pat, form, to__medical="ann", **COUGH)

    for changed in ({"to__medical": "ben"}, {"to__medical": "ann", "topic": "billing"}):
        asked = press(pat, form, **(COUGH | changed))
        assert asked.status_code == 422
        assert ALREADY in asked.text
    assert stored(pat) == 1
