"""A site in another time zone than its practice: the moments on a page are in one zone, and all say in which."""

import re

import pytest

from router.messaging.hours import Hours, Interval, PracticeHours, SiteHours
from router.practice.topics import Topic
from tests.builders import settings
from tests.integration.pages.conftest import Browser
from tests.integration.pages.portal.portals import COMPOSE, PAGE, answer_to, bill, press, sent
from tests.integration.pages.portal.portals import pat as pat  # noqa: PLC0414 - the fixture is shared.

# The practice is in Chicago.
IN_NEW_YORK = {"north": SiteHours(time_zone="America/New_York")}
ROUND_THE_CLOCK = PracticeHours(round_the_clock=True)
# One minute a week.
CLOSED = PracticeHours(((), (), (), (), (), (), (Interval(0, 1),)))


def zones_on(text: str) -> set[str]:
    """The zones of the moments on a page, without the season: `E` for Eastern time; empty for one that names none."""
    shown = re.sub(r'datetime="[^"]*"', "", text.split("<main")[1])
    return {zone[:1] for zone in re.findall(r"\b\d\d:\d\d\b(?: ([A-Z]+))?", shown)}


def be_open(browser: Browser, hours: Hours) -> None:
    """With these hours, and an answer within an hour."""
    timed = settings({Topic.BILLING: ["ben"]}, hours=hours, answer_within=60, patients_may_say_urgent=True)
    browser.service.house.save(timed)


def test_what_is_about_a_conversation_is_in_the_zone_of_its_site(pat: Browser) -> None:
    be_open(pat, Hours(ROUND_THE_CLOCK, IN_NEW_YORK))
    form = pat.open(COMPOSE)
    confirmation = pat.open(press(pat, form, **bill()).headers["location"]).text
    receipt = sent(pat)
    page = f"/portal/conversations/{receipt.conversation}"
    pages = [form.text, confirmation, pat.open(page).text, f"<main{pat.open(f'{page}/news').text}"]

    assert all("We usually answer by" in text for text in pages)
    assert [zones_on(text) for text in pages] == [{"E"}] * 4
    reply = pat.open(press(pat, pat.open(page), page, body="More.").headers["location"]).text
    assert "Your reply was sent" in reply
    assert zones_on(reply) == {"E"}


def test_when_it_opens_is_in_the_zone_of_the_site_too(pat: Browser) -> None:
    be_open(pat, Hours(CLOSED, IN_NEW_YORK))

    form = pat.open(COMPOSE)
    confirmation = pat.open(press(pat, form, **bill(urgent="on")).headers["location"]).text

    assert re.search(r"It opens Sun( \d+ \w+,)? 00:00 E[SD]T\.", form.text)
    assert "might not be read before Sun" in form.text
    assert "might not be read before Sun" in confirmation
    assert [zones_on(form.text), zones_on(confirmation)] == [{"E"}, {"E"}]


def test_lists_of_conversations_are_in_the_practices_zone(pat: Browser) -> None:
    be_open(pat, Hours(ROUND_THE_CLOCK, IN_NEW_YORK))
    answer_to(pat, sent(pat))

    assert [zones_on(pat.open(path).text) for path in (PAGE, "/portal/topics/billing")] == [{"C"}] * 2


@pytest.mark.parametrize("sites", [{}, {"south": IN_NEW_YORK["north"]}])
def test_where_there_is_one_zone_only_exact_moments_name_it(pat: Browser, sites: dict[str, SiteHours]) -> None:
    be_open(pat, Hours(ROUND_THE_CLOCK, sites))

    form = pat.open(COMPOSE)
    confirmation = pat.open(press(pat, form, **bill()).headers["location"]).text

    assert zones_on(form.text) == {""}
    assert zones_on(confirmation) == {"", "C"}
