"""Advice is shown whatever else is wrong with what somebody sends, without scripts."""

import html
from dataclasses import replace

import pytest

from adapters.documents.red_flag_lists import UNITED_STATES, ready_made
from router.messages.message import BODY_LIMIT
from router.messaging.hours import Hours, PracticeHours
from router.practice.topics import Topic
from tests.builders import settings, topic_set
from tests.house import PRACTICE
from tests.integration.pages.conftest import Browser
from tests.integration.pages.portal.portals import COMPOSE, bill, press, sent, stored
from tests.integration.pages.portal.portals import pat as pat  # noqa: PLC0414 - the fixture is shared.

CRISIS = "suicide is on my mind"
USUALLY = "We usually answer by"
FLAGGED = replace(
    settings(practice=topic_set({Topic.BILLING: ["ben"]}), hours=Hours(PracticeHours(round_the_clock=True))),
    red_flags=ready_made(["en", "es"], UNITED_STATES),
    languages=("en", "es"),
    answer_within=60,
)


def advice_in(page: str) -> str:
    """The advice of a page, which must come before everything that is wrong."""
    before, advice = page.split('role="alert" id="advice"')
    assert 'id="errors"' not in before
    return html.unescape(advice.split("</section>")[0])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"subject": ""}, "Subject must not be empty."),
        ({"topic": ""}, "Choose what your message is about."),
        ({"body": CRISIS + "!" * BODY_LIMIT}, f"Message must have at most {BODY_LIMIT} characters."),
        ({"subject": "I want to die", "body": ""}, "Message must not be empty."),
    ],
)
def test_advice_stands_beside_what_is_missing(pat: Browser, wrong: dict[str, str], said: str) -> None:
    pat.service.house.save(FLAGGED)
    form = pat.open(COMPOSE)
    assert USUALLY in form.text
    typed = bill(body=CRISIS) | wrong

    page = press(pat, form, **typed)

    assert page.status_code == 422
    assert "Call 988" in advice_in(page.text)
    assert said in html.unescape(page.text)
    assert USUALLY not in page.text
    assert (typed["body"] or typed["subject"]) in html.unescape(page.text)
    assert stored(pat) == 0
    assert press(pat, page, **bill(body=CRISIS)).status_code == 303
    assert stored(pat) == 1


def test_what_is_wrong_is_still_told_to_somebody_who_has_read_the_advice(pat: Browser) -> None:
    pat.service.house.save(FLAGGED)
    advised = press(pat, pat.open(COMPOSE), **bill(body=CRISIS))

    refused = press(pat, advised, **bill(body=CRISIS, subject=""))

    assert refused.status_code == 422
    assert "Call 988" in advice_in(refused.text)


def test_any_way_of_sending_the_form_again_sends_and_it_is_on_record_that_the_advice_was_seen(pat: Browser) -> None:
    pat.service.house.save(FLAGGED)
    path = f"/portal/conversations/{sent(pat).conversation}"

    for opened, form in ((COMPOSE, bill(body=CRISIS)), (path, {"body": CRISIS})):
        advised = press(pat, pat.open(opened), opened, **form)
        assert advised.status_code == 200
        # As the button of the form does, and the Enter key in a field of it.
        assert press(pat, advised, opened, **form).status_code == 303

    rows = pat.service.house.operations.audit(PRACTICE, None, 99)
    assert [row.details["advice_seen"] for row in rows if "advice_seen" in row.details] == [True, True]


def test_advice_stands_beside_what_has_changed(pat: Browser) -> None:
    pat.service.house.save(FLAGGED)
    form = pat.open(COMPOSE)
    renamed = topic_set({Topic.MEDICAL: ["ben"]})
    pat.service.house.save(replace(FLAGGED, practice=renamed))

    page = press(pat, form, **bill(body=CRISIS))

    assert page.status_code == 409
    assert "The form has changed since you opened it." in page.text
    assert "Call 988" in advice_in(page.text)


def test_who_can_not_write_at_all_is_advised_whom_to_call_and_offered_nothing_that_does_not_work(pat: Browser) -> None:
    thread = sent(pat).conversation
    pat.service.house.save(FLAGGED)
    path = f"/portal/conversations/{thread}"
    form, reply = pat.open(COMPOSE), pat.open(path)
    pat.service.house.save(replace(FLAGGED, messaging_enabled=False))

    for page in (press(pat, form, **bill(body=CRISIS)), press(pat, reply, path, body=CRISIS)):
        advice = advice_in(page.text)
        assert "Your message has not been sent." in advice
        assert "Call 988" in advice
        assert "Send to the practice" not in page.text
        assert CRISIS in page.text


def test_a_reply_that_is_refused_is_advised_likewise(pat: Browser) -> None:
    thread = sent(pat).conversation
    pat.service.house.save(FLAGGED)
    path = f"/portal/conversations/{thread}"

    page = press(pat, pat.open(path), path, body=CRISIS + "!" * BODY_LIMIT)

    assert page.status_code == 422
    assert "Call 988" in advice_in(page.text)
    assert "Your reply must have at most" in page.text
    assert USUALLY not in page.text
    assert CRISIS in page.text
    assert press(pat, page, path, body=CRISIS).status_code == 303
