"""What the portal advises before it sends what may be an emergency, without scripts."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.documents.red_flag_lists import UNITED_STATES, ready_made
from router.messages.priority import Priority
from router.messaging.hours import Hours, Interval, PracticeHours, SiteHours
from router.practice.topics import Topic
from tests.builders import a_patient, settings, topic_set
from tests.integration.pages.conftest import Browser
from tests.integration.pages.portal.portals import COMPOSE, bill, come, press, sent, stored
from tests.integration.pages.portal.portals import pat as pat  # noqa: PLC0414 - the fixture is shared.

# One minute a year.
CLOSED = Hours(PracticeHours(((), (), (), (), (), (), (Interval(0, 1),))))
FLAGGED = replace(
    settings(practice=topic_set({Topic.BILLING: ["ben"]})),
    red_flags=ready_made(["en", "es"], UNITED_STATES),
    languages=("en", "es"),
    patients_may_say_urgent=True,
)


def test_the_advice_comes_before_sending_with_the_text_kept_and_both_ways_open(pat: Browser) -> None:
    pat.service.house.save(FLAGGED)
    form = pat.open(COMPOSE)

    advised = press(pat, form, **bill(body="I can't breathe"))

    assert advised.status_code == 200
    assert stored(pat) == 0
    assert 'role="alert" id="advice"' in advised.text
    assert '<a class="button main" href="tel:911">Call 911</a>' in advised.text
    send = '<button class="button main" name="do" value="send" form="write">Send to the practice as well</button>'
    # Above the form, and in place of its own button.
    assert advised.text.count(send) == advised.text.count('<a class="button main" href="tel:911">Call 911</a>') == 2
    assert "Send message" not in advised.text
    assert "I can&#39;t breathe" in advised.text
    other = press(pat, advised, **bill(body="I want to die"))
    assert "Call 988" in other.text
    assert stored(pat) == 0
    again = press(pat, other, **bill(body="Quiero morir"))
    assert 'lang="es"' in again.text
    assert stored(pat) == 0
    done = press(pat, other, **bill(body="I want to die"))
    assert done.status_code == 303
    assert stored(pat) == 1
    confirmation = pat.open(done.headers["location"]).text
    assert "Call 988" in confirmation
    assert "You marked it as urgent" not in confirmation


@pytest.mark.parametrize("phone", ["the <b> desk", "call me"])
def test_a_number_that_no_phone_can_dial_is_text_without_a_link(pat: Browser, phone: str) -> None:
    thread = sent(pat).conversation
    groups = tuple(replace(group, phone=phone) for group in FLAGGED.red_flags.groups)
    pat.service.house.store_as_before(replace(FLAGGED, red_flags=replace(FLAGGED.red_flags, groups=groups)))
    shown = f"<strong>Call <bdi>{html.escape(phone)}</bdi></strong>"

    advised = press(pat, pat.open(COMPOSE), **bill(body="I can't breathe"))
    confirmation = pat.open(press(pat, advised, **bill(body="I can't breathe")).headers["location"]).text
    path = f"/portal/conversations/{thread}"
    reply = press(pat, pat.open(path), path, body="My chest hurts")
    answered = press(pat, reply, path, body="My chest hurts")

    for page in (advised.text, confirmation, reply.text, pat.open(answered.headers["location"]).text):
        assert shown in page
        assert "tel:" not in page


def test_a_number_with_an_extension_is_dialled_with_a_pause(pat: Browser) -> None:
    groups = tuple(replace(group, phone="(555) 010-0142 ext. 12") for group in FLAGGED.red_flags.groups)
    pat.service.house.save(replace(FLAGGED, red_flags=replace(FLAGGED.red_flags, groups=groups)))
    advised = press(pat, pat.open(COMPOSE), **bill(body="I can't breathe"))
    assert 'href="tel:5550100142,12">Call (555) 010-0142 ext. 12</a>' in advised.text


def test_advice_carries_its_own_language_wherever_it_is_shown(pat: Browser) -> None:
    pat.service.house.save(FLAGGED)
    spanish = '<p dir="auto" lang="es">Esto puede ser una emergencia.'
    text = "me duele el pecho"

    advised = press(pat, pat.open(COMPOSE), **bill(body=text))
    done = press(pat, advised, **bill(body=text))
    confirmation = pat.open(done.headers["location"]).text
    path = re.search(r'href="(/portal/conversations/[^"]+)"', confirmation)
    assert path is not None
    replied = press(pat, pat.open(path[1]), path[1], body=text)
    sent_reply = press(pat, replied, path[1], body=text)
    thread = pat.open(sent_reply.headers["location"]).text

    for page in (advised.text, confirmation, replied.text, thread):
        assert '<html lang="en">' in page
        assert spanish in page
    english = press(pat, pat.open(COMPOSE), **bill(body="my chest hurts"))
    assert '<p dir="auto" lang="en">This may be an emergency.' in english.text


def test_a_reply_is_advised_likewise(pat: Browser) -> None:
    thread = sent(pat).conversation
    pat.service.house.save(FLAGGED)
    path = f"/portal/conversations/{thread}"
    advised = press(pat, pat.open(path), path, body="My chest hurts")
    assert "Call 911" in advised.text
    assert stored(pat) == 1
    assert press(pat, advised, path, body="My chest hurts").status_code == 303
    assert stored(pat) == 2


NOT_TAKEN = "Your message was sent, and is not marked as urgent"


def test_patients_say_that_it_is_urgent_and_read_who_looks_while_it_is_closed(pat: Browser) -> None:
    house = pat.service.house
    house.save(replace(FLAGGED, hours=CLOSED, phone="+1 555 0100"))
    form = pat.open(COMPOSE)
    assert "This is urgent" in form.text
    assert "The practice is closed, so your message might not be read before Sun" in form.text
    linked = 'call <a href="tel:+15550100"><bdi>+1 555 0100</bdi></a>'
    assert linked in form.text
    done = press(pat, form, **bill(urgent="on"))
    confirmation = pat.open(done.headers["location"]).text
    assert "You marked it as urgent" in confirmation
    assert "your message might not be read before Sun" in confirmation
    house.route.run()
    (item,) = house.inbox("ben").items
    assert item.priority is Priority.URGENT
    house.save(replace(FLAGGED, patients_may_say_urgent=False))
    assert "This is urgent" not in pat.open(COMPOSE).text


WAITS = "your message might not be read before Sun"


def about(page: str, topic: Topic) -> str:
    """What a form says of who gets a message about this topic."""
    return page.split(f'class="field to to-{topic}')[1].split("</div>", maxsplit=1)[0]


def test_who_is_on_call_is_believed_only_if_they_are_there(pat: Browser) -> None:
    house = pat.service.house
    house.save(replace(FLAGGED, hours=CLOSED, on_call=("ben",)))
    thread = f"/portal/conversations/{sent(pat).conversation}"
    form = pat.open(COMPOSE)
    done = press(pat, form, **bill(urgent="on"))
    for text in (about(form.text, Topic.BILLING), pat.open(done.headers["location"]).text, pat.open(thread).text):
        assert WAITS not in text

    house.send_away("ben")

    form = pat.open(COMPOSE)
    assert WAITS in form.text.split('id="hint-urgent"')[1].split("</p>")[0]
    assert WAITS not in about(form.text, Topic.BILLING)
    assert WAITS in pat.open(done.headers["location"]).text
    assert WAITS in pat.open(thread).text
    house.send_away("ben", cover="ann")
    assert WAITS not in about(pat.open(COMPOSE).text, Topic.BILLING)


def test_it_is_said_of_the_topics_and_of_private_messages_that_go_to_nobody_on_call(pat: Browser) -> None:
    """Pat chooses from a care team where a topic has no recipients, and others don't get that."""
    house = pat.service.house
    house.save(replace(FLAGGED, hours=CLOSED, on_call=("ben",)))
    form = pat.open(COMPOSE)
    assert WAITS in about(form.text, Topic.MEDICAL)
    assert WAITS not in form.text.split('id="hint-urgent"')[1].split("</p>")[0]
    assert f"If it is private and urgent: The practice is closed, so {WAITS}" in form.text

    flagged = bill(body="My chest hurts", urgent="on")
    advised = press(pat, form, **flagged)
    assert WAITS not in advised.text.split('id="advice"')[1].split("</section>")[0]
    private = press(pat, form, **flagged, private="on")
    assert WAITS in private.text.split('id="advice"')[1].split("</section>")[0]
    assert WAITS in pat.open(press(pat, private, **flagged, private="on").headers["location"]).text
    medical = {"topic": "medical", "to.medical": "ann"}
    chosen = press(pat, pat.open(COMPOSE), **bill(**medical, urgent="on"))
    assert WAITS in pat.open(chosen.headers["location"]).text


def test_the_confirmation_speaks_of_the_site_to_which_it_was_sent(pat: Browser) -> None:
    """It spoke of the home site, which may be open while the other one is closed."""
    house = pat.service.house
    house.bring([], [a_patient("pat", team=["ann"], sites=("north", "south"))])
    south_closed = {"south": SiteHours(CLOSED.practice.weekly)}
    house.save(replace(FLAGGED, hours=Hours(PracticeHours(round_the_clock=True), south_closed)))

    south = press(pat, pat.open(COMPOSE), do="look", site="south")
    away = press(pat, south, **bill(urgent="on", site="south"))
    home = press(pat, pat.open(COMPOSE), **bill(urgent="on", site="north"))

    assert WAITS in pat.open(away.headers["location"]).text
    assert WAITS not in pat.open(home.headers["location"]).text


def test_a_reply_may_be_said_to_be_urgent_likewise(pat: Browser) -> None:
    house = pat.service.house
    path = f"/portal/conversations/{sent(pat).conversation}"
    assert "This is urgent" not in pat.open(path).text
    house.save(replace(FLAGGED, hours=CLOSED, phone="+1 555 0100"))
    form = pat.open(path)
    assert "This is urgent" in form.text
    assert "The practice is closed, so your message might not be read before Sun" in form.text

    advised = press(pat, form, path, body="My chest hurts", urgent="on")

    assert stored(pat) == 1
    assert "your message might not be read before Sun" in advised.text.split('id="advice"')[1].split("</section>")[0]
    assert 'id="urgent" value="on" checked' in advised.text
    done = press(pat, advised, path, body="My chest hurts", urgent="on")
    confirmation = pat.open(done.headers["location"]).text.split("data-sent=")[1].split("<details")[0]
    assert "You marked it as urgent" in confirmation
    assert '<a class="button main" href="tel:911">Call 911</a>' in confirmation
    assert "your message might not be read before Sun" in confirmation
    house.route.run()
    assert Priority.URGENT in {item.priority for item in house.inbox("ben").items}
    fresh = pat.open(path)
    house.save(replace(FLAGGED, patients_may_say_urgent=False))
    # Ticked on a page from before: it is sent all the same, as routine.
    routine = press(pat, fresh, path, body="More.", urgent="on")
    assert routine.status_code == 303
    told = pat.open(routine.headers["location"]).text
    assert "You marked it as urgent" not in told
    assert NOT_TAKEN in told
    # A look at the same page later says nothing of it.
    assert NOT_TAKEN not in pat.open(path).text


def test_a_message_said_to_be_urgent_on_a_page_from_before_is_sent_and_its_writer_told(pat: Browser) -> None:
    house = pat.service.house
    house.save(replace(FLAGGED, phone="+1 555 0100"))
    form = pat.open(COMPOSE)
    house.save(replace(FLAGGED, patients_may_say_urgent=False, phone="+1 555 0100"))

    done = press(pat, form, **bill(urgent="on"))
    told = pat.open(done.headers["location"]).text

    assert NOT_TAKEN in told
    assert 'If it can\'t wait, call <a href="tel:+15550100"><bdi>+1 555 0100</bdi></a>.' in told
    routine = press(pat, form, **bill(key="k" * 32))
    assert NOT_TAKEN not in pat.open(routine.headers["location"]).text


def test_the_tick_is_not_lost_on_the_way_through_a_page_that_says_what_is_missing(pat: Browser) -> None:
    house = pat.service.house
    house.save(FLAGGED)
    form = pat.open(COMPOSE)
    house.save(replace(FLAGGED, patients_may_say_urgent=False))

    missing = press(pat, form, **bill(urgent="on", subject=""))

    assert "The practice doesn't let patients mark messages as urgent any more." in missing.text
    assert '<input type="hidden" name="urgent" value="on">' in missing.text


def test_by_when_we_usually_answer_is_not_shown_where_advice_applies(pat: Browser) -> None:
    always = Hours(PracticeHours(round_the_clock=True))
    pat.service.house.save(replace(FLAGGED, hours=always, answer_within=60))
    usually = "We usually answer by"
    form = pat.open(COMPOSE)
    assert usually in form.text

    advised = press(pat, form, **bill(body="I can't breathe"))
    done = press(pat, advised, **bill(body="I can't breathe"))
    confirmation = pat.open(done.headers["location"]).text
    thread = re.search(r'href="(/portal/conversations/[^"]+)"', confirmation)

    assert usually not in advised.text
    assert usually not in confirmation
    assert thread is not None
    assert usually not in pat.open(thread[1]).text
    pat.service.house.clock.by += timedelta(hours=2)
    assert "This is taking longer than usual." in come(pat, "pat").open(thread[1]).text
