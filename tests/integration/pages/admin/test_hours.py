"""The page of opening hours, without scripts."""

import html
import re
from typing import Any

import httpx2
import pytest

from adapters.http.pages.admin.public_holidays import coming, countries
from router.messaging.hours import Hours, Interval, PracticeHours, SiteHours
from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE
from tests.integration.pages.conftest import Browser

PAGE = "/admin/messaging/hours"
INPUT = re.compile(r"<input\b[^>]*>")
ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')
DAY = (Interval(480, 720), Interval(780, 1020))
WORKDAY = "08:00-12:00, 13:00-17:00"


def fields_of(page: httpx2.Response) -> dict[str, Any]:
    """The fields of the page's form, as a browser would send them; nothing is ticked to be copied."""
    text = page.text.split('id="messaging"')[1].split("</form>")[0]
    found: dict[str, Any] = {}
    for tag in INPUT.findall(text):
        said = {name: html.unescape(value) for name, value in ATTRIBUTE.findall(tag[6:])}
        if said.get("name") and (said.get("type") != "checkbox" or "checked" in said):
            found[said["name"]] = said.get("value", "")
    dates = re.search(r'<textarea id="dates"[^>]*>\n(.*?)</textarea>', text, re.DOTALL)
    assert dates
    return {name: value for name, value in found.items() if name != "copy"} | {"dates": html.unescape(dates[1])}


def press(admin: Browser, page: httpx2.Response, do: str, **changes: Any) -> httpx2.Response:  # noqa: ANN401
    """Send the form of a page by one of its buttons; `__` in the names of fields stands for a dot."""
    named = {name.replace("__", "."): value for name, value in changes.items()}
    return admin.client.post(PAGE, data=fields_of(page) | named | {"do": do})


def current(admin: Browser) -> MessagingSettings:
    return admin.service.house.reports.snapshot(PRACTICE).messaging


def test_a_week_is_typed_copied_drawn_and_saved(admin: Browser) -> None:
    page = press(admin, admin.open(PAGE), "copy", week__mon=WORKDAY, copy=["tue", "fri"])
    assert current(admin).hours == Hours()
    assert page.text.count('class="bar-open"') == 2 * 3 * 2, "two weeks of three days of two intervals"

    page = press(admin, page, "save", dates="2027-01-01 closed\r\n2027-12-24 8-12", answer_within="8", phone="555 0100")

    told = admin.open(page.headers["location"]).text
    assert "Opening hours, Monday to Tuesday: 08:00-12:00, 13:00-17:00." in told
    saved = current(admin)
    assert saved.hours.practice.weekly == (DAY, DAY, (), (), DAY, (), ())
    assert sorted(map(str, saved.hours.practice.dates)) == ["2027-01-01", "2027-12-24"]
    assert (saved.answer_within, saved.phone) == (480, "555 0100")


def test_topics_deviate_and_have_a_line_for_patients(admin: Browser) -> None:
    changes = {"billing.answer_within": "1,5", "other.answer_within": "0", "billing.guidance": "Name the bill."}

    page = press(admin, admin.open(PAGE), "save", **changes)

    assert page.status_code == 303
    topics = current(admin).practice
    assert (topics[Topic.BILLING].answer_within, topics[Topic.BILLING].guidance) == (90, "Name the bill.")
    assert (topics[Topic.OTHER].answer_within, topics[Topic.MEDICAL].answer_within) == (0, None)
    assert "1.5" in fields_of(admin.open(PAGE))["billing.answer_within"]


def test_a_site_has_its_own_week_and_zone_and_gives_them_back(admin: Browser) -> None:
    at_site = f"{PAGE}?site=south"
    page = press(admin, admin.open(at_site), "save", own_week="on", week__sat="10-12", time_zone="Europe/Paris")
    assert page.headers["location"].endswith("&site=south")

    own = current(admin).hours.sites["south"]
    assert own.weekly is not None
    assert own.weekly[5] == (Interval(600, 720),)
    assert own.time_zone == "Europe/Paris"

    data = {name: value for name, value in fields_of(admin.open(at_site)).items() if name != "own_week"}
    admin.client.post(PAGE, data=data | {"time_zone": "", "do": "save"})
    assert current(admin).hours.sites == {}


@pytest.mark.parametrize(
    ("site", "changes", "field"),
    [
        ("", {"week__mon": "late"}, "week.mon"),
        ("", {"week__mon": "12:00-08:00"}, "week.mon"),
        ("", {"week__tue": "08:00-12:00, 10:00-11:00"}, "week.tue"),
        ("", {"dates": "tomorrow"}, "dates"),
        ("", {"dates": "2027-01-01 closed"}, "week"),
        ("", {"answer_within": "soon"}, "answer_within"),
        ("", {"answer_within": "-1"}, "answer_within"),
        ("", {"billing__answer_within": "nan"}, "billing.answer_within"),
        ("", {"billing__guidance": "g" * 201}, "billing.guidance"),
        ("", {"phone": "5" * 41}, "phone"),
        ("south", {"own_week": "on"}, "week"),
        ("south", {"time_zone": "Mars/Base"}, "time_zone"),
        ("south", {"week__mon": "08:00-25:00"}, "week.mon"),
    ],
)
def test_what_can_not_be_saved_is_told_beside_its_field(admin: Browser, site, changes, field) -> None:
    version = current(admin).version

    page = press(admin, admin.open(f"{PAGE}?site={site}"), "save", **changes)

    assert page.status_code == 422
    assert f'id="error-{field}"' in page.text
    assert f'href="#{field}"' in page.text
    name, typed = next(iter(changes.items()))
    assert str(fields_of(page).get(name.replace("__", "."))) == typed, "what was typed is kept"
    assert current(admin).version == version


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"dates": "2027-01-01 closed\n2027-01-01 08:00-12:00"}, "Dates: 2027-01-01 is listed twice<"),
        ({"dates": "2027-01-01 closed"}, "The week is never open. Enter hours for at least one day<"),
        ({"answer_within": "3000"}, "must be at most 2083 hours of opening time<"),
        ({"answer_within": "99999999999999999999"}, "must be at most 2083 hours of opening time<"),
        ({"billing__answer_within": "9" * 400}, "must be at most 2083 hours of opening time<"),
        ({"answer_within": "soon"}, "must be a number of hours, such as 8 or 1.5<"),
    ],
)
def test_what_can_not_be_saved_is_told_as_it_is(admin: Browser, changes, words) -> None:
    assert words in press(admin, admin.open(PAGE), "save", **changes).text


def test_countries_are_written_as_people_write_them() -> None:
    names = [name for _, name in countries()]
    for name in (
        "Åland Islands", "Antigua and Barbuda", "Curaçao", "DR Congo", "Guinea-Bissau", "Hong Kong", "Isle of Man",
        "Saint Vincent and the Grenadines", "São Tomé and Príncipe", "United States",
    ):  # fmt: skip
        assert name in names
    assert names.index("Albania") - names.index("Åland Islands") == 1


def test_public_holidays_are_offered_and_taken_over_as_closed(admin: Browser) -> None:
    page = press(admin, admin.open(PAGE), "holidays", country="US", week__mon="9-17")
    offered = re.findall(r'name="holiday" value="([0-9-]+)"', page.text)
    assert len(offered) > 10

    page = press(admin, page, "take", country="US", holiday=offered[:2])
    assert fields_of(page)["dates"] == f"{offered[0]} closed\n{offered[1]} closed"
    press(admin, page, "save")

    assert [str(day) for day in current(admin).hours.practice.dates] == offered[:2]


def test_holidays_that_were_added_are_ticked_before_there_is_a_week(admin: Browser) -> None:
    page = press(admin, admin.open(PAGE), "holidays", country="US")
    offered = re.findall(r'name="holiday" value="([0-9-]+)"', page.text)

    page = press(admin, page, "take", country="US", holiday=offered[:1])

    assert f'value="{offered[0]}" checked disabled' in page.text
    assert page.text.count("(set above)") == 1


def test_the_holidays_of_an_unknown_country_are_none(admin: Browser) -> None:
    assert ("US", "United States") in countries()
    assert press(admin, admin.open(PAGE), "holidays", country="ZZ").status_code == 200
    assert coming("ZZ", admin.service.house.operations.ready().date()) == []


def test_a_colleagues_save_is_shown_with_mine_on_top(admin: Browser) -> None:
    page = admin.open(PAGE)
    week = ((Interval(600, 720),), *((),) * 6)
    theirs = settings(hours=Hours(PracticeHours(week, round_the_clock=True), {"south": SiteHours(time_zone="UTC")}))
    admin.service.house.save(theirs)

    mine = press(admin, page, "save", week__mon="9-17")

    assert mine.status_code == 409
    assert "saved while you were editing" in mine.text
    assert press(admin, mine, "save").status_code == 303
    hours = current(admin).hours
    assert (hours.practice.round_the_clock, hours.practice.weekly[0]) == (True, (Interval(540, 1020),))
    assert hours.sites == theirs.hours.sites


def test_a_colleagues_save_elsewhere_is_kept_and_refuses_nothing(admin: Browser) -> None:
    page = admin.open(PAGE)
    theirs = settings(hours=Hours(PracticeHours(round_the_clock=True), {"south": SiteHours(time_zone="UTC")}))
    admin.service.house.save(theirs)

    assert press(admin, page, "save", week__mon="9-17").status_code == 303

    hours = current(admin).hours
    assert (hours.practice.round_the_clock, hours.practice.weekly[0]) == (True, (Interval(540, 1020),))
    assert hours.sites == theirs.hours.sites


def test_the_settings_page_keeps_hours_and_answer_by(admin: Browser) -> None:
    press(admin, admin.open(PAGE), "save", week__mon="9-17", answer_within="2", **{"billing.guidance": "A line."})
    before = current(admin)
    form = admin.open("/admin/messaging").text
    draft = html.unescape(re.search(r'name="draft" value="([^"]*)"', form)[1])  # type: ignore[index]
    named = {f"{topic}.display_name": "Desk" for topic in Topic}

    data = {"draft": draft, "version": before.version, "disclaimer": "Call 911.", "do": "save"}
    admin.send("/admin/messaging", "/admin/messaging", **data, **named)

    after = current(admin)
    assert (after.hours, after.answer_within, after.disclaimer) == (before.hours, 120, "Call 911.")
    assert after.practice[Topic.BILLING].guidance == "A line."


def test_a_form_that_is_not_ours_is_refused(admin: Browser) -> None:
    page = admin.open(PAGE)

    assert press(admin, page, "save", version="many").status_code == 422
    assert press(admin, page, "save", site="ghost").status_code == 422


def test_only_administrators_come_in(browser: Browser) -> None:
    assert browser.sign_in("ann").open(PAGE).status_code == 403
