"""Opening hours in the settings: saved, refused, kept through older processes and restored versions."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from adapters.database.tables import distribution
from adapters.database.unit_of_work import Database
from router.actors import COMMAND
from router.errors import Invalid
from router.flows.administrator.messaging import ChangeMessaging
from router.flows.administrator.preview import PreviewRequest
from router.messaging.hours import CLOSED_WEEK, Hours, Interval, PracticeHours, SiteHours
from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic
from tests.builders import settings
from tests.fakes import FewTimeZones, FreshIds
from tests.house import PRACTICE, House

DAY = (Interval(480, 720), Interval(780, 1440))
WEEK = (DAY, DAY, DAY, DAY, DAY, (), ())
HOURS = Hours(PracticeHours(WEEK, {date(2026, 12, 25): ()}), {"south": SiteHours(time_zone="Europe/Paris")})
TIMED = settings(hours=HOURS, answer_within=480, phone="555 0100", portal_url="https://p.example", email_name="Willow")
# What a version of Careroute before opening hours stored.
KNOWN_THEN = ("messaging_enabled", "by_site", "care_team_fallback", "disclaimer", "catch_all", "practice", "sites")


def current(house: House) -> MessagingSettings:
    return house.messaging.read(PRACTICE, COMMAND).messaging


def save(house: House, wanted: MessagingSettings) -> MessagingSettings:
    return house.messaging.save(PRACTICE, wanted, None, COMMAND).messaging


def make_old(house: House, version: int) -> None:
    """Store a version as a process of an older version of Careroute does."""
    this = distribution.c.version == version
    with house.engine.begin() as connection:
        stored = connection.execute(select(distribution.c.document).where(this)).scalar_one()
        document = {name: stored[name] for name in KNOWN_THEN}
        for own in (document["practice"], *document["sites"].values()):
            for topic in Topic:
                own[topic.value] = {name: own[topic.value][name] for name in ("enabled", "recipients", "display_name")}
        connection.execute(update(distribution).where(this).values(document=document))


def read_anew(house: House) -> MessagingSettings:
    """What another process reads, which has nothing in memory."""
    fresh = ChangeMessaging(Database(house.engine), house.hints, FreshIds(), FewTimeZones())
    return fresh.read(PRACTICE, COMMAND).messaging


def test_hours_are_saved_and_read_as_they_were_set(house: House) -> None:
    house.furnish(settings())

    saved = save(house, TIMED)

    assert current(house) == saved == replace(TIMED, version=saved.version)


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        (Hours(PracticeHours(WEEK), {"south": SiteHours(time_zone="Mars/Base")}), "hours.sites.south.time_zone"),
        (Hours(PracticeHours(WEEK), {"south": SiteHours(CLOSED_WEEK)}), "hours.sites.south"),
        (Hours(PracticeHours(dates={date(2026, 12, 25): ()})), "hours.practice"),
        (Hours(PracticeHours(((Interval(60, 30),), *WEEK[1:]))), "hours.practice.weekly.mon.0"),
    ],
)
def test_bad_hours_are_refused_and_nothing_of_them_is_stored(house: House, hours: Hours, field: str) -> None:
    house.furnish(settings())
    before = current(house)

    with pytest.raises(Invalid) as refused:
        save(house, replace(TIMED, hours=hours))

    assert [error.field for error in refused.value.errors] == [field]
    assert current(house) == before
    with pytest.raises(Invalid) as tried:
        house.preview.preview(
            PRACTICE, PreviewRequest("sam", Topic.BILLING, draft=replace(TIMED, hours=hours)), COMMAND
        )
    assert [error.field for error in tried.value.errors] == [f"messaging.{field}"]


def test_hours_whose_dates_are_over_stop_no_other_change(house: House) -> None:
    """They were open when they were saved."""
    house.furnish(settings())
    soon = house.operations.ready().date() + timedelta(days=2)
    saved = save(house, replace(TIMED, hours=Hours(PracticeHours(dates={soon: DAY}))))
    house.clock.by += timedelta(days=9)

    assert save(house, replace(saved, phone="555 0111")).phone == "555 0111"


def test_settings_that_an_older_process_saves_keep_what_it_doesnt_know(house: House) -> None:
    house.furnish(settings())
    saved = save(house, TIMED)
    make_old(house, save(house, replace(saved, disclaimer="Call 911.")).version)

    newest = read_anew(house)

    assert newest == replace(TIMED, disclaimer="Call 911.", version=newest.version)
    assert house.messaging.version(PRACTICE, newest.version)[1] == newest


def test_a_practice_of_older_versions_alone_has_no_hours(house: House) -> None:
    house.furnish(settings(disclaimer="Call 911."))
    make_old(house, current(house).version)

    assert read_anew(house).hours == Hours()
    assert read_anew(house).disclaimer == "Call 911."


def test_restoring_a_version_before_opening_hours_leaves_them_and_says_so(house: House) -> None:
    house.furnish(settings(disclaimer="The first."))
    make_old(house, current(house).version)
    first = current(house).version
    save(house, TIMED)
    asked = house.messaging.would_restore(PRACTICE, first)

    restored = house.messaging.restore(PRACTICE, first, COMMAND)

    assert restored.messaging.hours == HOURS
    assert restored.messaging.disclaimer == "The first."
    assert restored.changes[-1].startswith(f"Not in version {first}, so left as they are now: opening hours, ")
    assert asked.changes == restored.changes
    told = house.messaging.versions(PRACTICE, None, 1)[0]
    assert told.changes == restored.changes
