"""What patients are told in time, and hours that can't be saved because of the time line."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest

from router.coverage.answer_by import AnswerTimes
from router.coverage.hours_rules import check
from router.messages.compose import compose_form
from router.messaging.hours import CLOSED_WEEK, Hours, Interval, PracticeHours, SiteHours
from router.messaging.settings import MessagingSettings
from router.messaging.snapshot import PracticeSnapshot
from router.practice.topics import Topic
from tests.builders import CLINIC, NOON, NORTH, SOUTH, a_patient, a_staff, settings, staffing
from tests.fakes import FewTimeZones

DAY = (Interval(540, 1020),)
WEEK = (DAY, DAY, DAY, DAY, DAY, (), ())
ZONES = {name: ZoneInfo(name) for name in ("America/Chicago", "Europe/Paris")}.get
OPEN = settings({Topic.BILLING: ["ann"]}, hours=Hours(PracticeHours(WEEK)), answer_within=240, phone="555 0100")
# Monday 2 March 2026, 12:00 UTC: 06:00 in Chicago, 13:00 in Paris.


def times(messaging: MessagingSettings, at: datetime = NOON) -> AnswerTimes:
    people = staffing(a_staff("ada", admin=True), a_staff("ann"))
    return AnswerTimes(PracticeSnapshot(CLINIC, messaging, people, {"north": NORTH, "south": SOUTH}, at), ZONES)


def test_an_answer_is_expected_so_much_opening_time_from_now() -> None:
    assert times(OPEN).answer_by("north", Topic.BILLING) == datetime(2026, 3, 2, 19, tzinfo=UTC)


def test_a_site_counts_in_its_own_zone_and_hours() -> None:
    hours = replace(OPEN.hours, sites={"south": SiteHours(time_zone="Europe/Paris")})

    assert times(replace(OPEN, hours=hours)).answer_by("south", Topic.BILLING) == datetime(2026, 3, 2, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "messaging",
    [
        replace(OPEN, answer_within=0),
        replace(OPEN, hours=Hours()),
        replace(OPEN, hours=Hours(PracticeHours(WEEK), {"north": SiteHours(time_zone="Mars/Base")})),
    ],
)
def test_nothing_is_said_without_hours_or_answer_within(messaging: MessagingSettings) -> None:
    assert times(messaging).answer_by("north", Topic.BILLING) is None


def test_the_form_says_whether_it_is_open_and_by_when_it_is_answered() -> None:
    closed, later = times(OPEN), times(OPEN, NOON + timedelta(hours=4))

    form = closed.on(compose_form(a_patient(), None, None, closed.snapshot))
    opened = later.on(compose_form(a_patient(), None, None, later.snapshot))

    assert (form.open, form.opens_at) == (False, datetime(2026, 3, 2, 15, tzinfo=UTC))
    assert (opened.open, opened.opens_at) == (True, None)
    assert {topic.answer_by for topic in form.topics} == {datetime(2026, 3, 2, 19, tzinfo=UTC)}
    assert (form.phone, form.time_zone, form.at) == ("555 0100", "America/Chicago", NOON)


def test_the_form_says_nothing_about_being_open_where_no_hours_are_set() -> None:
    unset = times(replace(OPEN, hours=Hours()))

    form = unset.on(compose_form(a_patient(), None, None, unset.snapshot))

    assert (form.open, form.opens_at, form.topics[0].answer_by) == (None, None, None)


@pytest.mark.parametrize(
    ("hours", "fields"),
    [
        (Hours(), []),
        (Hours(PracticeHours(WEEK), {"south": SiteHours()}), []),
        (Hours(PracticeHours(round_the_clock=True)), []),
        (Hours(PracticeHours(dates={date(2026, 12, 25): ()})), ["hours.practice"]),
        (Hours(PracticeHours(dates={date(2020, 12, 24): DAY})), ["hours.practice"]),
        (Hours(PracticeHours(WEEK), {"south": SiteHours(CLOSED_WEEK)}), ["hours.sites.south"]),
        (Hours(PracticeHours(WEEK), {"south": SiteHours(time_zone="Mars/Base")}), ["hours.sites.south.time_zone"]),
    ],
)
def test_hours_that_are_never_open_or_in_no_zone_are_refused(hours: Hours, fields: list[str]) -> None:
    assert [error.field for error in check(CLINIC, settings(hours=hours), FewTimeZones(), NOON)] == fields


def test_a_zone_that_was_chosen_before_it_was_refused_can_not_be_chosen_again() -> None:
    class OnlyKept(FewTimeZones):
        def get(self, name: str) -> tzinfo | None:
            return ZoneInfo("UTC") if name == "localtime" else super().get(name)

    hours = Hours(PracticeHours(WEEK), {"south": SiteHours(time_zone="localtime")})

    found = check(CLINIC, settings(hours=hours), OnlyKept(), NOON)

    assert [error.field for error in found] == ["hours.sites.south.time_zone"]


def test_an_interval_that_daylight_saving_always_skips_is_never_open() -> None:
    """A single date with nothing but the skipped hour of the only night on which it exists."""
    skipped = {date(2027, 3, 14): (Interval(120, 180),)}

    found = check(CLINIC, settings(hours=Hours(PracticeHours(dates=skipped))), FewTimeZones(), NOON)

    assert [(error.field, error.message) for error in found] == [("hours.practice", "is never open")]
