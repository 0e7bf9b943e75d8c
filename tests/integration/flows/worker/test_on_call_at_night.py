"""What is urgent reaches who is on call once the practice has closed, and stays with them whatever a ladder does."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from router.actors import COMMAND
from router.coverage.ladder_decisions import traced_step_in_words
from router.messages.explanation import hand_over_in_words
from router.messages.inbox import DeliveryRef
from router.messages.priority import Priority
from router.messaging.hours import Hours, Interval, PracticeHours
from router.messaging.ladder import Condition, Do, Ladder, LadderStep
from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings, topic_set
from tests.house import PRACTICE, House

CHICAGO = ZoneInfo("America/Chicago")
WORKDAY = (Interval(8 * 60, 17 * 60),)
NAMES = {"ada": "Ada", "ann": "Ann", "ben": "Ben", "cem": "Cem", "dan": "Dan"}
STAFF = tuple(replace(a_staff(name, admin=name == "ada"), email=f"{name}@clinic.example") for name in NAMES)
PATIENTS = (a_patient("sam", team=["dan"]), a_patient("pat", team=["ann"]))
REMIND = LadderStep(15, Condition.UNOPENED, Do.REMIND)
WIDEN = LadderStep(30, Condition.UNOPENED, Do.WIDEN)
HAND_OVER = LadderStep(40, Condition.UNANSWERED, Do.HAND_OVER)
ALERT = LadderStep(60, Condition.UNANSWERED, Do.ALERT)


def open_by_day(*steps: LadderStep, **values: object) -> MessagingSettings:
    """Ann gets bills, ben is the catch-all, cem is on call while the practice is closed."""
    hours = Hours(PracticeHours((WORKDAY, WORKDAY, WORKDAY, WORKDAY, WORKDAY, (), ())))
    base = settings({Topic.BILLING: ["ann"]}, hours=hours, catch_all=("ben",), patients_may_say_urgent=True)
    base = replace(base, urgent_ladder=steps, on_call=("cem",))
    return replace(base, **values)  # type: ignore[arg-type] # a test names the fields.


def furnished(engine: Engine, *steps: LadderStep, **values: object) -> House:
    house = House(engine).furnish(open_by_day(*steps, **values), staff=STAFF, patients=PATIENTS)
    on_friday(house, 16, 58)
    return house


def on_friday(house: House, hour: int, minute: int = 0, *, days: int = 0) -> None:
    """Let the time come at which it is so late on the Friday of the story, or so many days after it."""
    moment = datetime.combine(date(2030, 1, 4) + timedelta(days=days), time(hour, minute), CHICAGO).astimezone(UTC)
    house.clock.by += moment - house.operations.ready()
    house.escalate.run()


def written(house: House, **values: object) -> UUID:
    receipt = house.write(replace(house.draft(priority=Priority.URGENT), **values))[0]  # type: ignore[arg-type] # likewise.
    house.route.run()
    return receipt.id


def story(house: House, message: UUID) -> list[str]:
    trace, _ = house.traces.trace(PRACTICE, message, COMMAND)
    return [
        *(traced_step_in_words(step, NAMES) for step in trace.ladder_steps),
        *(hand_over_in_words(handed, NAMES) for handed in trace.hand_overs),
    ]


def holders(house: House, message: UUID) -> dict[str, str]:
    trace, _ = house.traces.trace(PRACTICE, message, COMMAND)
    return {one.recipient.staff: one.state.value for one in trace.deliveries}


def mailed(house: House) -> set[str]:
    house.notify.run()
    assert house.breaches() == {}
    return {mail.recipient for mail in house.mailer.sent}


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((REMIND, ALERT), "reminded Ann and gave it to Cem"),
        ((replace(WIDEN, after=15), ALERT), "gave it to Dan, Cem"),
        ((replace(ALERT, after=15),), "alerted Ada and gave it to Cem"),
    ],
)
def test_what_came_before_closing_goes_to_who_is_on_call_by_the_next_step(
    engine: Engine, steps: Ladder, said: str
) -> None:
    house = furnished(engine, *steps)
    message = written(house)
    assert holders(house, message) == {"ann": "unread"}

    on_friday(house, 17, 14)

    assert story(house, message)[0] == f"Step 1 of the ladder {said}."
    assert story(house, message)[-1] == "Cem got it on call, because it was urgent and the practice was closed."
    (item,) = house.inbox("cem").items
    assert (item.recipient.step, item.priority) == ("on_call", Priority.URGENT)
    assert "cem@clinic.example" in mailed(house)


def test_a_step_gives_it_to_them_once_and_to_the_cover_of_who_is_away(engine: Engine) -> None:
    house = furnished(engine, REMIND, replace(REMIND, after=30), ALERT)
    house.send_away("cem", cover="dan")
    message = written(house)
    on_friday(house, 17, 14)
    on_friday(house, 17, 30)

    assert story(house, message) == [
        "Step 1 of the ladder reminded Ann and gave it to Dan.",
        "Step 2 of the ladder reminded Ann, Dan.",
        "Dan got it on call, because it was urgent and the practice was closed.",
    ]
    assert house.inbox("dan").items[0].recipient.represents == "cem"


def test_a_step_that_would_do_nothing_gives_it_to_who_is_on_call_all_the_same(engine: Engine) -> None:
    house = furnished(engine, replace(WIDEN, after=15), ALERT, care_team_fallback=False)
    message = written(house)
    on_friday(house, 17, 14)

    assert story(house, message)[0] == "Step 1 of the ladder gave it to Cem."


@pytest.mark.parametrize("values", [{"to": "ann", "patient": "pat", "topic": Topic.MEDICAL}, {"private": True}])
def test_what_is_only_for_a_chosen_provider_or_private_stays_so(engine: Engine, values: dict[str, object]) -> None:
    house = furnished(engine, REMIND, ALERT)
    message = written(house, **values)
    on_friday(house, 17, 14)

    assert holders(house, message) == {"ann": "unread"}


def test_while_the_practice_is_open_a_step_leaves_them_out(engine: Engine) -> None:
    house = furnished(engine, REMIND, ALERT)
    on_friday(house, 10)
    message = written(house)
    on_friday(house, 10, 16)

    assert holders(house, message) == {"ann": "unread"}


def test_what_waits_at_the_end_of_its_ladder_goes_to_them_as_the_practice_closes(engine: Engine) -> None:
    house = furnished(engine, REMIND, ALERT)
    on_friday(house, 15)
    message = written(house)
    on_friday(house, 15, 16)
    on_friday(house, 16, 1)
    on_friday(house, 16, 59)
    assert holders(house, message) == {"ann": "unread"}

    on_friday(house, 17)

    assert holders(house, message) == {"ann": "unread", "cem": "unread"}
    assert len(story(house, message)) == 3
    assert "cem@clinic.example" in mailed(house)
    on_friday(house, 8, days=3)
    on_friday(house, 17, days=3)
    assert len(story(house, message)) == 3


def at_ten(house: House) -> UUID:
    """What is written in the evening is with ann and cem, who is on call."""
    on_friday(house, 22)
    message = written(house)
    assert holders(house, message) == {"ann": "unread", "cem": "unread"}
    return message


def test_a_hand_over_by_night_leaves_it_with_who_is_on_call(engine: Engine) -> None:
    house = furnished(engine, HAND_OVER, ALERT)
    message = at_ten(house)
    on_friday(house, 22, 41)

    assert holders(house, message) == {"ann": "moved", "ben": "unread", "cem": "unread"}
    assert story(house, message)[0] == "Step 1 of the ladder handed it over to Ben."
    assert mailed(house)


def test_it_also_gives_it_to_them_where_they_have_it_no_more(engine: Engine) -> None:
    house = furnished(engine, HAND_OVER, ALERT)
    message = at_ten(house)
    house.save(open_by_day(HAND_OVER, ALERT, on_call=("dan",)))
    on_friday(house, 22, 41)

    assert holders(house, message) == {"ann": "moved", "ben": "unread", "cem": "moved", "dan": "unread"}
    assert story(house, message)[0] == "Step 1 of the ladder handed it over to Ben, Dan."


def test_a_catch_all_that_has_it_and_owns_it_keeps_it_where_only_who_is_on_call_gets_it(engine: Engine) -> None:
    house = furnished(engine, HAND_OVER, ALERT, practice=topic_set({Topic.BILLING: ["ben"]}))
    message = written(house)
    house.replies.claim(DeliveryRef(PRACTICE, house.inbox("ben").items[0].delivery, "ben", COMMAND))
    on_friday(house, 17, 39)

    assert holders(house, message) == {"ben": "unread", "cem": "unread"}
    assert house.inbox("cem").items[0].owner == "ben"


def test_by_day_a_hand_over_takes_it_from_them(engine: Engine) -> None:
    house = furnished(engine, HAND_OVER, ALERT, hours=Hours())
    message = at_ten(house)
    house.save(open_by_day(HAND_OVER, ALERT, hours=Hours(PracticeHours(round_the_clock=True))))
    on_friday(house, 22, 41)

    assert holders(house, message) == {"ann": "moved", "ben": "unread", "cem": "moved"}


@pytest.mark.parametrize(("to", "taker"), [("catch_all", "ben"), ("dan", "dan"), ("cascade", "ann")])
def test_an_administrator_hands_it_over_and_leaves_it_with_who_is_on_call(engine: Engine, to: str, taker: str) -> None:
    house = furnished(engine, REMIND, ALERT)
    message = at_ten(house)
    on_friday(house, 23, 1)

    handed = house.overdue.hand_over(PRACTICE, message, to, COMMAND)

    assert handed.holders == (taker, "cem")
    assert handed.as_before is (taker == "ann")
    expected = {"ann": "moved", "cem": "unread"} | {taker: "unread"}
    assert holders(house, message) == expected
    assert mailed(house)


def test_what_is_routine_or_written_by_day_leaves_who_is_on_call_when_an_administrator_hands_it_over(
    engine: Engine,
) -> None:
    house = furnished(engine, REMIND, ALERT)
    message = at_ten(house)
    on_friday(house, 10, days=3)

    assert house.overdue.hand_over(PRACTICE, message, "catch_all", COMMAND).holders == ("ben",)
    assert holders(house, message) == {"ann": "moved", "ben": "unread", "cem": "moved"}
