"""Administrators are told once a day that something is overdue, while the practice is open."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from adapters.database.tables import practice
from router.messages.notification import Kind, Notice
from router.messaging.hours import Hours, Interval, PracticeHours
from tests.builders import a_staff
from tests.house import House
from tests.integration.flows.ladders import STAFF, with_ladder, written

CHICAGO = ZoneInfo("America/Chicago")
ADMINISTRATORS = (a_staff("bea", admin=True), a_staff("eve", admin=True, email=None))


@pytest.fixture(autouse=True)
def furnished(house: House) -> None:
    house.furnish(with_ladder(answer_within=60), staff=(*STAFF, *ADMINISTRATORS))


def at(house: House, days: int, hour: int) -> None:
    """Let it be so late in Chicago, so many days from today."""
    day = datetime.now(CHICAGO).date() + timedelta(days=days)
    house.clock.by += datetime.combine(day, time(hour), CHICAGO).astimezone(UTC) - house.operations.ready()


def overdue(house: House) -> UUID:
    at(house, 1, 6)
    message = written(house)
    at(house, 1, 9)
    return message


def emails(house: House) -> list[tuple[str, str]]:
    house.mailer.sent.clear()
    house.notify.run()
    return sorted((mail.kind.value, mail.recipient) for mail in house.mailer.sent)


def test_each_administrator_is_told_once_a_day_while_anything_is_overdue(house: House) -> None:
    overdue(house)
    emails(house)

    assert house.tell_overdue.run() == 3
    assert house.tell_overdue.run() == 0
    told = [("staff_overdue", "ada@clinic.example"), ("staff_overdue", "bea@clinic.example")]
    assert emails(house) == told
    assert house.mailer.sent[0].link.startswith("https://x.example/")

    at(house, 1, 11)
    assert house.tell_overdue.run() == 0
    at(house, 2, 9)
    assert house.tell_overdue.run() == 3
    assert emails(house) == told
    assert house.breaches() == {}


@pytest.mark.parametrize("hour", [7, 12, 20])
def test_nobody_is_told_at_night(house: House, hour: int) -> None:
    overdue(house)
    at(house, 2, hour)
    assert house.tell_overdue.run() == 0


def test_nobody_is_told_while_nothing_is_overdue(house: House) -> None:
    at(house, 1, 9)
    assert house.tell_overdue.run() == 0


def test_nobody_is_told_on_a_day_on_which_the_practice_is_closed(house: House) -> None:
    overdue(house)
    today = house.operations.ready().astimezone(CHICAGO).date()
    house.save(with_ladder(hours=Hours(PracticeHours(dates={today + timedelta(days=3): (Interval(0, 60),)}))))
    assert house.tell_overdue.run() == 0


def test_a_practice_whose_time_zone_is_gone_is_passed_over(house: House) -> None:
    overdue(house)
    with house.engine.begin() as connection:
        connection.execute(update(practice).values(time_zone="Nowhere/Gone", roster_version=99))
    assert house.tell_overdue.run() == 0


def test_somebody_who_was_told_by_another_process_meanwhile_is_not_told_again(house: House) -> None:
    overdue(house)
    house.tell_overdue.run()
    since = house.operations.ready() - timedelta(hours=1)
    with house.database.begin() as work:
        again = [Notice(house.route.ids.new(), "ada", has_address=True)]
        assert work.notices.add_unless_told("clinic", Kind.STAFF_OVERDUE, again, since) == 0
