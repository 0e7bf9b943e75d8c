"""Opening hours in documents and as people type them."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from adapters.documents.hours_text import TypedDates, dates_text, day_text, read_dates, read_day
from adapters.documents.messaging import parse_messaging, render_messaging
from router.errors import Invalid
from router.messaging.hours import Hours, Interval, PracticeHours, SiteHours
from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic
from tests.builders import settings

DAY = (Interval(480, 720), Interval(780, 1440))
WEEK = (DAY, (), (), (), (), (), ())
HOURS = Hours(
    PracticeHours(WEEK, {date(2026, 12, 25): ()}),
    {"south": SiteHours(WEEK, {date(2027, 1, 1): DAY}, "Europe/Paris"), "north": SiteHours(time_zone="UTC")},
)
TIMED = settings(hours=HOURS, answer_within=480, phone="555 0100", portal_url="https://p.example", email_name="Willow")
OLD = ("messaging_enabled", "by_site", "care_team_fallback", "disclaimer", "catch_all", "practice", "sites")


def document(**values: Any) -> dict[str, Any]:  # noqa: ANN401 - a test names the fields.
    return render_messaging(TIMED) | values


def refused(value: object) -> list[str]:
    with pytest.raises(Invalid) as wrong:
        parse_messaging(value)
    return [error.field for error in wrong.value.errors]


def test_settings_come_back_as_they_were_rendered() -> None:
    read = parse_messaging(document())

    assert (read.absent.parts, read.absent.topics) == (frozenset(), {})
    assert read.over(MessagingSettings()).hours == HOURS
    assert document()["hours"]["practice"]["weekly"]["mon"] == [["08:00", "12:00"], ["13:00", "24:00"]]
    assert document()["hours"]["sites"]["north"] == {"dates": {}, "time_zone": "UTC"}


def test_an_old_clients_document_resets_nothing() -> None:
    old = {name: value for name, value in document().items() if name in OLD}
    old["practice"] = {
        "topics": {
            topic.value: {"enabled": True, "recipients": [], "display_name": topic.default_display_name}
            for topic in Topic
        }
    }

    assert replace(parse_messaging(old).over(TIMED), version=TIMED.version) == TIMED


@pytest.mark.parametrize(
    ("sent", "weekly", "sites"),
    [
        ({}, WEEK, HOURS.sites),
        ({"practice": {"round_the_clock": True}}, WEEK, HOURS.sites),
        ({"practice": {"weekly": {}}}, ((),) * 7, HOURS.sites),
        ({"sites": {}}, WEEK, {}),
    ],
)
def test_absent_parts_of_the_hours_stay_as_they_were(sent, weekly, sites) -> None:
    hours = parse_messaging(document(hours=sent)).over(TIMED).hours

    assert (hours.practice.weekly, hours.practice.dates, hours.sites) == (weekly, HOURS.practice.dates, sites)


def test_null_in_the_answer_by_of_a_topic_inherits() -> None:
    sent = document()
    sent["practice"]["topics"]["billing"]["answer_within"] = None
    sent["practice"]["topics"]["medical"]["answer_within"] = 0

    topics = parse_messaging(sent).over(TIMED).practice

    assert (topics[Topic.BILLING].answer_within, topics[Topic.MEDICAL].answer_within) == (None, 0)


@pytest.mark.parametrize(
    "interval", [["8:00", "12:00"], ["08:00"], "08:00-12:00", ["08:00", "24:01"], ["08:00", "25:00"], [480, 720], None]
)
def test_an_interval_that_is_none_is_refused_with_its_field(interval: object) -> None:
    assert refused(document(hours={"practice": {"weekly": {"mon": [interval]}}})) == ["hours.practice.weekly.mon.0"]


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        ({"practice": {"dates": {"2026-13-01": []}}}, "hours.practice.dates"),
        ({"practice": {"dates": {"christmas": []}}}, "hours.practice.dates"),
        ({"practice": {"weekly": {"monday": []}}}, "hours.practice.weekly.monday"),
        ({"practice": {"dates": []}}, "hours.practice.dates"),
        ({"sites": {"south": {"time_zone": 3}}}, "hours.sites.south.time_zone"),
    ],
)
def test_a_bad_document_is_refused_with_its_field(hours: object, field: str) -> None:
    assert refused(document(hours=hours)) == [field]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("", ()),
        (" closed ", ()),
        ("08:00-12:00, 13:00-24:00", DAY),
        ("8-12; 13 to 24:00", DAY),
        ("08:00\u201312:00,13:00 - 24", DAY),
        ("08:00", None),
        ("08:00-12:00,", None),
        ("noon-13:00", None),
        ("08:00-25:00", None),
    ],
)
def test_a_day_is_read_as_it_is_typed(text: str, day: object) -> None:
    assert read_day(text) == day


def test_days_and_dates_are_shown_as_they_are_typed() -> None:
    dates = {date(2026, 12, 25): (), date(2026, 12, 24): DAY}

    assert read_day(day_text(DAY)) == DAY
    assert dates_text(dates) == "2026-12-24 08:00-12:00, 13:00-24:00\n2026-12-25 closed"
    assert read_dates(dates_text(dates)) == TypedDates(dates, [], [])


def test_lines_that_are_no_dates_are_told() -> None:
    text = "2026-12-25\n\n2026-02-30 closed\n25.12.2026\n2026-12-25 closed\n2026-12-26 noon"

    typed = read_dates(text)

    assert typed.dates == {date(2026, 12, 25): ()}
    assert typed.unreadable == ["2026-02-30 closed", "25.12.2026", "2026-12-26 noon"]
    assert typed.repeated == [date(2026, 12, 25)]
