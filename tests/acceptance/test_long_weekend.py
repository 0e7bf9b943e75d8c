"""A Friday evening before a long weekend, on SQLite and on PostgreSQL: what a ladder does, in words."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from router.actors import COMMAND
from router.coverage.ladder_decisions import traced_step_in_words
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import DeliveryRef
from router.messaging.hours import Hours, Interval, PracticeHours
from router.messaging.ladder import READY_MADE
from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic
from tests.builders import a_patient, settings
from tests.house import PRACTICE, House

CHICAGO = ZoneInfo("America/Chicago")
WORKDAY = (Interval(8 * 60, 12 * 60), Interval(13 * 60, 17 * 60))
NAMES = {"ada": "Ada", "ann": "Ann", "ben": "Ben"}
FRIDAY, SATURDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY = 0, 1, 3, 4, 5, 6


def at(house: House, friday: date, day: int, hour: int, minute: int = 0) -> None:
    """Let the time come at which it is so late on this day in Chicago, and carry out what is due."""
    moment = datetime.combine(friday + timedelta(days=day), time(hour, minute), CHICAGO).astimezone(UTC)
    house.clock.by += moment - house.operations.ready()
    house.escalate.run()


def open_but_on_the_monday_after(friday: date) -> MessagingSettings:
    """Eight hours on workdays, the ready-made ladder, and answers within eight hours of opening time."""
    week = (WORKDAY, WORKDAY, WORKDAY, WORKDAY, WORKDAY, (), ())
    hours = Hours(PracticeHours(week, {friday + timedelta(days=3): ()}))
    return replace(settings({Topic.BILLING: ["ann"]}), hours=hours, ladder=READY_MADE, answer_within=480)


def trace(house: House, message: UUID) -> list[str]:
    """What the trace says of the ladder: when in Chicago, and what and why."""
    steps = house.traces.trace(PRACTICE, message, COMMAND)[0].ladder_steps
    return [f"{step.at.astimezone(CHICAGO):%a %H:%M} {traced_step_in_words(step, NAMES)}" for step in steps]


def test_a_friday_evening_before_a_long_weekend(house: House) -> None:
    today = house.operations.ready().astimezone(CHICAGO).date()
    friday = today + timedelta(days=1 + (3 - today.weekday()) % 7)
    house.furnish(open_but_on_the_monday_after(friday), patients=[a_patient("sam", team=["ben"])])

    # Sam writes on Friday at four. One hour of opening time is left, seven come on Tuesday.
    at(house, friday, FRIDAY, 16)
    receipt = house.write()[0]
    house.route.run()
    assert receipt.answer_by is not None
    assert f"{receipt.answer_by.astimezone(CHICAGO):%a %H:%M}" == "Tue 16:00"

    # Everybody goes home. On Saturday, and on the holiday, nothing happens and nothing is late.
    for day, hour in ((FRIDAY, 18), (SATURDAY, 12), (MONDAY, 10), (MONDAY, 23), (TUESDAY, 10)):
        at(house, friday, day, hour)
        assert trace(house, receipt.id) == []
    assert house.overdue.count(PRACTICE) == 0

    # Four hours of opening time are over: Ann is reminded. After four more Ben, of the care team, gets it as well.
    at(house, friday, TUESDAY, 11, 1)
    assert trace(house, receipt.id) == ["Tue 11:01 Step 1 of the ladder reminded Ann."]
    at(house, friday, TUESDAY, 16)
    assert len(trace(house, receipt.id)) == 1
    at(house, friday, TUESDAY, 16, 2)
    assert trace(house, receipt.id)[1:] == ["Tue 16:02 Step 2 of the ladder gave it to Ben."]
    assert house.overdue.count(PRACTICE) == 1

    # Nobody is told twice in a row: the second reminder keeps its distance.
    at(house, friday, WEDNESDAY, 11, 0)
    assert len(trace(house, receipt.id)) == 2
    at(house, friday, WEDNESDAY, 11, 3)
    assert trace(house, receipt.id)[2:] == ["Wed 11:03 Step 3 of the ladder reminded Ann, Ben."]
    at(house, friday, WEDNESDAY, 16, 1)
    assert trace(house, receipt.id)[3:] == ["Wed 16:01 Step 4 of the ladder alerted Ada."]

    # Ben answers on Thursday. It is off the list, and the ladder has come to its end.
    at(house, friday, THURSDAY, 9)
    ref = DeliveryRef(PRACTICE, house.inbox("ben").items[0].delivery, "ben", COMMAND)
    house.replies.reply(ref, ReplyRequest("Your bill is paid."))
    at(house, friday, THURSDAY, 16)
    assert house.overdue.count(PRACTICE) == 0
    assert len(trace(house, receipt.id)) == len(READY_MADE)
    house.notify.run()
    assert house.breaches() == {}
