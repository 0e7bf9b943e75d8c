"""The practice's number on a patient's pages, which a phone dials, without scripts."""

from dataclasses import replace

from router.messaging.hours import Hours, Interval, PracticeHours
from router.messaging.red_flags import RedFlagGroup, RedFlags
from router.practice.topics import Topic
from tests.builders import settings, topic_set
from tests.integration.pages.conftest import Browser
from tests.integration.pages.portal.portals import COMPOSE, bill, press, sent
from tests.integration.pages.portal.portals import pat as pat  # noqa: PLC0414 - the fixture is shared.

PHONE = "(555) 010-0142"
LINK = '<a href="tel:5550100142"><bdi>(555) 010-0142</bdi></a>'
# One minute a year.
CLOSED = Hours(PracticeHours(((), (), (), (), (), (), (Interval(0, 1),))))
NAMED = replace(
    settings(practice=topic_set({Topic.BILLING: ["ben"]}), hours=CLOSED),
    phone=PHONE,
    patients_may_say_urgent=True,
    disclaimer=f"If it can't wait, call {PHONE}.",
    red_flags=RedFlags((RedFlagGroup("emergency", {"en": ("chest pain",)}, {"en": "Call."}, "988"),)),
    languages=("en",),
)


def test_it_is_a_link_wherever_it_is_named(pat: Browser) -> None:
    pat.service.house.save(NAMED)

    form = pat.open(COMPOSE)
    done = press(pat, form, **bill(urgent="on"))
    thread = pat.open(f"/portal/conversations/{sent(pat).conversation}")

    for page in (form, pat.open(done.headers["location"]), thread):
        assert LINK in page.text
        assert PHONE not in page.text.replace(LINK, "")


def test_who_can_not_write_is_told_the_number_and_what_to_do_in_an_emergency(pat: Browser) -> None:
    pat.service.house.save(replace(NAMED, disclaimer="In an emergency, call 911."))
    form, path = pat.open(COMPOSE), f"/portal/conversations/{sent(pat).conversation}"
    pat.service.house.save(replace(NAMED, disclaimer="In an emergency, call 911.", messaging_enabled=False))

    for page in (press(pat, form, **bill()), pat.open(COMPOSE), pat.open(path), pat.open("/portal")):
        said = page.text.partition("right now</p>")[2].partition("</div>")[0]
        assert f"Phone: {LINK}" in said
        assert "In an emergency, call 911." in said
