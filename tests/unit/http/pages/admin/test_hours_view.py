"""The coming days as they are drawn, and the holidays that are offered, against the calendar and the clock."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.documents.hours_text import TypedDates, read_dates
from adapters.http.pages.admin.hours_form import input_of
from adapters.http.pages.admin.hours_view import FORTNIGHT, HoursView, view_of
from adapters.http.pages.admin.public_holidays import AHEAD, coming, countries
from router.coverage.hours import OpeningHours, is_open
from router.messaging.hours import Hours, Interval, PracticeHours, SiteHours
from router.messaging.snapshot import PracticeSnapshot
from router.practice.people import Practice
from tests import builders
from tests.drawn import situations

# Coprime to the minutes of a day, so that each day is looked at in other places.
STEP = timedelta(minutes=13)
SITES = {"south": builders.SOUTH}


def view(hours: OpeningHours, at: datetime, site: str | None) -> HoursView:
    """The page of a practice with these hours, or of a site that has them while the practice is elsewhere."""
    zone = str(hours.zone)
    if site is None:
        practice, stored = Practice("clinic", "Clinic", zone), Hours(PracticeHours(hours.weekly, hours.dates))
    else:
        practice = Practice("clinic", "Clinic", "America/Chicago")
        stored = Hours(sites={site: SiteHours(hours.weekly, hours.dates, zone)})
    messaging = builders.settings(hours=stored)
    snapshot = PracticeSnapshot(practice, messaging, builders.staffing(), SITES, at)
    return view_of(input_of(messaging, site), 1, messaging, snapshot)


@settings(deadline=None)
@given(situations(), st.sampled_from([None, "south"]))
def test_what_is_drawn_is_open_on_the_clock_of_the_place(situation: tuple[OpeningHours, datetime], site) -> None:
    """In every zone, far ahead and far behind, in weeks in which its clocks are changed."""
    hours, at = situation
    shown = view(hours, at, site)
    if not PracticeHours(hours.weekly, hours.dates).are_set:
        assert shown.days == ()
        return

    today = at.astimezone(hours.zone).date()
    assert [one.day for one in shown.days] == [today + timedelta(days=number) for number in range(FORTNIGHT)]
    assert [one.differs for one in shown.days] == [one.day in hours.dates for one in shown.days]
    bars = {one.day: one.bars for one in shown.days}
    moment = at
    while (local := moment.astimezone(hours.zone)).date() in bars:
        minute = local.hour * 60 + local.minute
        drawn = any(bar.opens <= minute < bar.closes for bar in bars[local.date()])
        assert drawn == is_open(hours, moment), local
        moment += STEP


def test_the_first_day_is_today_at_the_place_and_not_in_greenwich() -> None:
    """Noon in Greenwich on Wednesday is Thursday in Auckland and, just, Wednesday on Pago Pago."""
    noon = datetime(2026, 9, 23, 12, 0, tzinfo=UTC)
    day = (Interval(480, 1020),)
    for zone, first in (("Pacific/Auckland", date(2026, 9, 24)), ("Pacific/Pago_Pago", date(2026, 9, 23))):
        hours = PracticeHours((day,) * 7)
        messaging = builders.settings(hours=Hours(hours))
        practice = Practice("clinic", "Clinic", zone)
        snapshot = PracticeSnapshot(practice, messaging, builders.staffing(), SITES, noon)

        assert view_of(input_of(messaging, None), 1, messaging, snapshot).days[0].day == first


@settings(deadline=None, max_examples=50)
@given(st.sampled_from([code for code, _ in countries()]), st.dates(date(2024, 1, 1), date(2028, 12, 31)))
def test_holidays_are_those_of_the_coming_400_days_and_can_be_taken_over(country: str, begins: date) -> None:
    offered = [holiday.day for holiday in coming(country, begins)]

    assert offered == sorted(set(offered))
    assert all(begins <= day <= begins + AHEAD for day in offered)
    assert set(offered) >= {holiday.day for holiday in coming(country, begins + timedelta(days=1))} - {
        begins + AHEAD + timedelta(days=1)
    }
    typed = read_dates("\n".join(f"{day} closed" for day in offered))
    assert typed == TypedDates(dict.fromkeys(offered, ()), [], [])
