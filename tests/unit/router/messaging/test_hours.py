"""Opening hours as settings: what holds where, what is refused, and what changed in words."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from router.messaging.changes import changes
from router.messaging.hours import CLOSED_WEEK, Day, Hours, Interval, PracticeHours, SiteHours, Week
from router.messaging.merge import merge
from router.messaging.proposal import Proposal
from router.messaging.rules import check
from router.messaging.settings import MessagingSettings, TopicSet
from router.messaging.warnings import WarningCode, warnings
from router.practice.topics import Topic
from tests.builders import NOON, NORTH, SOUTH, a_staff, settings, staffing, topic_set

CROSSES = "crosses midnight: end it at 24:00 and begin the next day with another one at 00:00"
OWN_WEEK = "opening hours: has its own week, Monday to Friday 08:00-12:00, 13:00-17:00, Saturday to Sunday closed."
SITES = {"north": NORTH, "south": SOUTH}
PEOPLE = staffing(a_staff("ada", admin=True), a_staff("ann"), a_staff("ben"))
DAY: Day = (Interval(480, 720), Interval(780, 1020))
WEEK: Week = (DAY, DAY, DAY, DAY, DAY, (), ())
CHRISTMAS = date(2026, 12, 25)
NEW_YEAR = date(2027, 1, 1)


def with_hours(practice: PracticeHours | None = None, **sites: SiteHours) -> MessagingSettings:
    return settings(hours=Hours(practice or PracticeHours(WEEK), sites))


def wrong(after: MessagingSettings) -> dict[str, str]:
    return {error.field: error.message for error in check(Proposal(settings(), after, PEOPLE, SITES))}


def on_monday(*intervals: tuple[int, int]) -> Week:
    return (tuple(Interval(*interval) for interval in intervals), (), (), (), (), (), ())


@pytest.mark.parametrize(
    ("week", "fields"),
    [
        (on_monday((480, 720), (720, 1440)), {}),
        (on_monday((480, 720), (700, 900)), {"mon.1": "overlaps an interval before it, or is out of order"}),
        (on_monday((780, 900), (480, 720)), {"mon.1": "overlaps an interval before it, or is out of order"}),
        (on_monday((480, 480)), {"mon.0": "is empty"}),
        (on_monday((1320, 120)), {"mon.0": CROSSES}),
        (on_monday((480, 1441)), {"mon.0": "must lie between 00:00 and 24:00"}),
        (on_monday(*((hour * 60, hour * 60 + 30) for hour in range(5))), {"mon": "may have at most 4 intervals"}),
    ],
)  # fmt: skip
def test_intervals_are_refused_with_their_field(week, fields) -> None:
    assert wrong(with_hours(PracticeHours(week))) == {f"hours.practice.weekly.{name}": m for name, m in fields.items()}
    at_site = wrong(with_hours(south=SiteHours(week)))
    assert at_site == {f"hours.sites.south.weekly.{name}": message for name, message in fields.items()}


def test_dates_and_sites_are_refused_with_their_field() -> None:
    crossing = {CHRISTMAS: (Interval(1200, 60),)}

    refused = wrong(with_hours(PracticeHours(WEEK, crossing), ghost=SiteHours(WEEK), south=SiteHours(dates=crossing)))

    assert list(refused) == [
        "hours.practice.dates.2026-12-25.0",
        "hours.sites.ghost",
        "hours.sites.south.dates.2026-12-25.0",
    ]


@pytest.mark.parametrize(("year", "fits"), [(1899, False), (1900, True), (2199, True), (2200, False)])
def test_dates_lie_within_three_centuries(year: int, *, fits: bool) -> None:
    refused = wrong(
        with_hours(PracticeHours(WEEK, {date(year, 6, 1): ()}), south=SiteHours(dates={date(year, 6, 1): ()}))
    )
    said = "must lie between 1900 and 2199"
    places = ("practice", "sites.south")
    assert refused == ({} if fits else {f"hours.{place}.dates.{year}-06-01": said for place in places})


def test_there_may_be_as_many_dates_as_more_than_a_year_has() -> None:
    dates = {CHRISTMAS + timedelta(days=days): () for days in range(401)}

    assert wrong(with_hours(PracticeHours(WEEK, dates))) == {"hours.practice.dates": "may have at most 400 dates"}
    del dates[CHRISTMAS]
    assert wrong(with_hours(PracticeHours(WEEK, dates))) == {}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"answer_within": -1}, "answer_within"),
        ({"answer_within": 10**6}, "answer_within"),
        ({"phone": "1" * 41}, "phone"),
        ({"phone": "a\nb"}, "phone"),
        ({"phone": "call me"}, "phone"),
        ({"email_name": "x" * 81}, "email_name"),
        ({"portal_url": "ftp://portal.example"}, "portal_url"),
        ({"portal_url": "https://portal example"}, "portal_url"),
        ({"portal_url": "https://"}, "portal_url"),
    ],
)
def test_what_goes_with_answering_is_refused_with_its_field(values, field) -> None:
    assert list(wrong(settings(**values))) == [field]


def test_a_phone_number_from_before_it_had_to_be_one_refuses_nothing() -> None:
    before = settings(phone="the front desk")
    assert list(check(Proposal(before, replace(before, answer_within=60), PEOPLE, SITES))) == []
    assert [error.field for error in check(Proposal(before, replace(before, phone="a desk"), PEOPLE, SITES))] == [
        "phone"
    ]


def test_a_portal_address_from_before_it_had_to_name_a_server_refuses_nothing() -> None:
    before = settings(portal_url="https://")
    assert list(check(Proposal(before, replace(before, answer_within=60), PEOPLE, SITES))) == []
    other = replace(before, portal_url="https:///")
    assert [error.field for error in check(Proposal(before, other, PEOPLE, SITES))] == ["portal_url"]


@pytest.mark.parametrize(
    ("values", "field"), [({"answer_within": -5}, "answer_within"), ({"guidance": "g" * 201}, "guidance")]
)
def test_a_topic_is_refused_with_its_field(values, field) -> None:
    assert list(wrong(topical(settings(), Topic.BILLING, **values))) == [f"practice.topics.billing.{field}"]


def topical(messaging: MessagingSettings, topic: Topic, **values: object) -> MessagingSettings:
    changed = replace(messaging.practice[topic], **values)  # type: ignore[arg-type] # a test names the fields.
    return replace(messaging, practice=TopicSet({**messaging.practice.topics, topic: changed}))


def test_a_site_inherits_week_and_dates_except_where_it_has_its_own() -> None:
    own: Day = (Interval(600, 660),)
    practice = PracticeHours(WEEK, {CHRISTMAS: (), NEW_YEAR: ()})
    hours = Hours(practice, {"south": SiteHours(dates={NEW_YEAR: own}, time_zone="Europe/Paris")})

    assert hours.in_force(None) == hours.in_force("north") == practice
    assert hours.in_force("south") == PracticeHours(WEEK, {CHRISTMAS: (), NEW_YEAR: own})
    assert (hours.time_zone("south"), hours.time_zone("north"), hours.time_zone(None)) == ("Europe/Paris", None, None)


def test_round_the_clock_holds_at_sites_without_a_week_of_their_own() -> None:
    hours = Hours(PracticeHours(round_the_clock=True), {"south": SiteHours(WEEK)})

    assert hours.in_force("north") == PracticeHours(round_the_clock=True)
    assert hours.in_force("south") == PracticeHours(WEEK)


def test_not_set_is_not_open_and_a_site_may_have_hours_alone() -> None:
    hours = Hours(sites={"south": SiteHours(WEEK)})

    assert hours.in_force(None) is None
    assert hours.in_force("south") == PracticeHours(WEEK)
    assert Hours(PracticeHours(dates={CHRISTMAS: ()})).in_force(None) is None


@pytest.mark.parametrize(
    ("of_site", "of_topic", "of_practice", "minutes"),
    [(None, None, 480, 480), (None, 60, 480, 60), (0, 60, 480, 0), (30, 0, 480, 30), (None, 0, 480, 0)],
)
def test_answer_within_deviates_from_the_practice_to_the_topic_to_the_sites_topic(
    of_site: int | None, of_topic: int | None, of_practice: int, minutes: int
) -> None:
    base = topical(settings(answer_within=of_practice, by_site=True), Topic.BILLING, answer_within=of_topic)
    own = topic_set({})
    site = TopicSet({**own.topics, Topic.BILLING: replace(own[Topic.BILLING], answer_within=of_site)})
    messaging = replace(base, sites={"south": site})

    assert messaging.answer_within_of("south", Topic.BILLING) == minutes
    assert messaging.answer_within_of("north", Topic.BILLING) == (of_practice if of_topic is None else of_topic)


def said(before: MessagingSettings, after: MessagingSettings) -> list[str]:
    return changes(before, after, PEOPLE.members, SITES)


def test_changed_hours_are_told_in_words() -> None:
    before = settings()
    after = with_hours(
        PracticeHours(WEEK, {CHRISTMAS: (), NEW_YEAR: (Interval(600, 720),)}, round_the_clock=True),
        south=SiteHours(WEEK, {CHRISTMAS: DAY}, "Europe/Paris"),
    )

    assert said(before, after) == [
        "Open round the clock turned on.",
        "Opening hours, Monday to Friday: 08:00-12:00, 13:00-17:00.",
        "Opening hours, dates: 25 Dec 2026 closed; 1 Jan 2027 10:00-12:00.",
        f"South Clinic, {OWN_WEEK}",
        "South Clinic, opening hours, dates: 25 Dec 2026 08:00-12:00, 13:00-17:00.",
        "South Clinic, time zone: Europe/Paris.",
    ]
    assert said(after, before) == [
        "Open round the clock turned off.",
        "Opening hours, Monday to Friday: closed.",
        "Opening hours, dates removed: 25 Dec 2026, 1 Jan 2027.",
        "South Clinic, opening hours: uses the practice's week again.",
        "South Clinic, opening hours, dates removed: 25 Dec 2026.",
        "South Clinic, time zone: same as the practice.",
    ]


def test_single_days_are_told_apart() -> None:
    short: Day = (Interval(480, 720),)
    after = with_hours(south=SiteHours((short, DAY, short, short, DAY, (), ())), ghost=SiteHours(WEEK))

    assert said(with_hours(south=SiteHours(WEEK)), after) == [
        f"ghost, {OWN_WEEK}",
        "South Clinic, opening hours, Monday: 08:00-12:00.",
        "South Clinic, opening hours, Wednesday to Thursday: 08:00-12:00.",
    ]


def test_changed_answer_by_is_told_in_words() -> None:
    before = settings()
    after = topical(
        settings(answer_within=480, phone="555 0100", portal_url="https://p.example", email_name="Willow"),
        Topic.BILLING,
        answer_within=90,
        guidance="Name the bill.",
    )
    off = topical(after, Topic.BILLING, answer_within=0, guidance="")

    assert said(before, after) == [
        "Practice, Billing, usually answered: within 90 min of opening time.",
        "Practice, Billing: guidance changed to “Name the bill.”.",
        "Usually answered: within 8 h of opening time.",
        "Phone number changed to “555 0100”.",
        "Portal address changed to “https://p.example”.",
        "Name in emails changed to “Willow”.",
    ]
    assert said(after, off) == [
        "Practice, Billing, usually answered: patients aren't told a time.",
        "Practice, Billing: guidance removed.",
    ]
    assert said(after, before) == [
        "Practice, Billing, usually answered: same as the practice.",
        "Practice, Billing: guidance removed.",
        "Usually answered: patients aren't told a time.",
        "Phone number removed.",
        "Portal address removed.",
        "Name in emails removed.",
    ]


def test_two_administrators_hours_are_merged() -> None:
    base = with_hours(south=SiteHours(WEEK), north=SiteHours(WEEK))
    mine = replace(with_hours(PracticeHours(WEEK, {CHRISTMAS: ()}), north=SiteHours(WEEK)), phone="1")
    theirs = with_hours(PracticeHours(WEEK, round_the_clock=True), south=SiteHours(WEEK), north=SiteHours(CLOSED_WEEK))

    merged = merge(base, mine, theirs)

    practice = PracticeHours(WEEK, {CHRISTMAS: ()}, round_the_clock=True)
    assert merged.hours == Hours(practice, {"north": SiteHours(CLOSED_WEEK)})
    assert merged.phone == "1"


@pytest.mark.parametrize(
    ("messaging", "codes"),
    [
        (settings(), set()),
        (with_hours(), {WarningCode.NO_DATES_SET}),
        (with_hours(PracticeHours(WEEK, {NOON.date().replace(month=4): ()})), set()),
        (with_hours(PracticeHours(WEEK, {date(2026, 7, 4): ()})), {WarningCode.NO_DATES_SET}),
        (with_hours(PracticeHours(WEEK, round_the_clock=True)), set()),
        (settings(answer_within=60), {WarningCode.NO_HOURS_SET}),
        (topical(settings(), Topic.OTHER, answer_within=60), {WarningCode.NO_HOURS_SET}),
    ],
)
def test_warnings_about_hours(messaging: MessagingSettings, codes: set[WarningCode]) -> None:
    found = {warning.code for warning in warnings(messaging, PEOPLE, NOON)}

    assert {code for code in found if code in {WarningCode.NO_DATES_SET, WarningCode.NO_HOURS_SET}} == codes
