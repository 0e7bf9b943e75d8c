"""The right topic for what a colleague was done with: the new recipients take care of it, on both engines."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine

from router.actors import COMMAND
from router.flows.staff.correction import CorrectionRequest
from router.flows.staff.forward import ForwardRequest
from router.messages.priority import Priority
from router.messages.states import DeliveryState
from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import Condition, Do, LadderStep
from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic
from tests.builders import settings, topic_set
from tests.house import PRACTICE, House
from tests.integration.flows.staff.corrections import STAFF, TO_MEDICAL, answered, holders, ref, written

LADDER = (LadderStep(30, Condition.UNOPENED, Do.REMIND), LadderStep(60, Condition.UNANSWERED, Do.ALERT))


@pytest.fixture
def house(engine: Engine) -> House:
    """Ann and ben get bills, cem what is medical."""
    return House(engine).furnish(climbing("cem"), staff=STAFF)


def climbing(*medical: str) -> MessagingSettings:
    topics = topic_set({Topic.BILLING: ["ann", "ben"], Topic.MEDICAL: list(medical)})
    made = replace(settings(), practice=topics, hours=Hours(PracticeHours(round_the_clock=True)), ladder=LADDER)
    return replace(made, urgent_ladder=LADDER, patients_may_say_urgent=True)


def done(house: House, message: UUID, staff: str) -> None:
    house.clock.by += timedelta(seconds=1)
    house.read_inbox.mark(ref(house, message, staff), DeliveryState.DONE)
    house.clock.by += timedelta(seconds=1)


def steps(house: House, message: UUID) -> list[tuple[int, str | None]]:
    """What the ladder has done by the end of two hours, each with the number of its run."""
    for _ in range(8):
        house.escalate.run()
        house.clock.by += timedelta(minutes=15)
    trace, _ = house.traces.trace(PRACTICE, message, COMMAND)
    return [(step.run, step.did) for step in trace.ladder_steps]


def overdue(house: House) -> list[UUID]:
    return [item.message for item in house.overdue.list(PRACTICE, COMMAND, 9).items]


@pytest.mark.parametrize("priority", list(Priority))
@pytest.mark.parametrize("looked_at", [True, False])
def test_the_ladder_climbs_for_the_new_recipients(house: House, priority: Priority, *, looked_at: bool) -> None:
    """Whether or not the first run had been found to be over. The alert keeps the clock of acceptance."""
    message = written(house, priority=priority)
    done(house, message.id, "ann")
    if looked_at:
        assert steps(house, message.id) == []

    house.correction.correct(ref(house, message.id, "ben"), TO_MEDICAL)

    assert holders(house, message.id) == {"ann": "done", "ben": "moved", "cem": "unread"}
    (item,) = house.inbox("cem").items
    assert item.next_step is not None
    found = [did for run, did in steps(house, message.id) if run == 2]
    assert found == (["alert", "remind"] if looked_at else ["remind", "alert"])
    assert overdue(house) == [message.id]
    house.notify.run()
    assert house.breaches() == {}


def test_what_is_urgent_stands_first_for_them(house: House) -> None:
    message = written(house, priority=Priority.URGENT)
    done(house, message.id, "ann")

    house.correction.correct(ref(house, message.id, "ben"), TO_MEDICAL)

    routine = written(house, "later", topic=Topic.MEDICAL)
    assert [item.message for item in house.inbox("cem").items] == [message.id, routine.id]


def test_who_keeps_it_takes_care_of_it_instead_of_who_was_done(house: House) -> None:
    house.save(climbing("ben"))
    message = written(house, priority=Priority.URGENT)
    done(house, message.id, "ann")
    routine = written(house, "later")

    house.correction.correct(ref(house, message.id, "ben"), TO_MEDICAL)

    items = house.inbox("ben").items
    assert [item.message for item in items] == [message.id, routine.id]
    assert (items[0].state, items[0].handled_by) == (DeliveryState.UNREAD, None)


def test_done_under_the_new_topic_ends_it(house: House) -> None:
    message = written(house, priority=Priority.URGENT)
    done(house, message.id, "ann")
    house.correction.correct(ref(house, message.id, "ben"), TO_MEDICAL)

    done(house, message.id, "cem")

    assert steps(house, message.id) == []
    assert overdue(house) == []
    house.notify.run()
    assert house.breaches() == {}


def test_given_back_to_one_who_was_done_under_the_new_topic_it_stands_first_again(house: House) -> None:
    """Somebody who was done with it under the old topic doesn't prevent that."""
    house.save(climbing("cem", "dan"))
    message = written(house, priority=Priority.URGENT)
    done(house, message.id, "ann")
    house.correction.correct(ref(house, message.id, "ben"), TO_MEDICAL)
    done(house, message.id, "cem")
    house.read_inbox.mark(ref(house, message.id, "dan"), DeliveryState.UNREAD)

    house.bring([replace(member, active=member.id != "dan") for member in STAFF])

    routine = written(house, "later", topic=Topic.MEDICAL)
    assert [item.message for item in house.inbox("cem").items] == [message.id, routine.id]


@pytest.mark.parametrize("do", [Do.HAND_OVER, Do.WIDEN])
def test_a_step_gives_it_to_one_who_was_done_under_the_old_topic_as_unread(house: House, do: Do) -> None:
    """The catch-all, and a recipient whom the topic has got since."""
    ladder = (LadderStep(30, Condition.UNANSWERED, do), LadderStep(600, Condition.UNANSWERED, Do.ALERT))
    house.save(replace(climbing("cem"), ladder=ladder, catch_all=("ann",)))
    message = written(house)
    done(house, message.id, "ann")
    house.correction.correct(ref(house, message.id, "ben"), TO_MEDICAL)
    house.save(replace(climbing("cem", "ann"), ladder=ladder, catch_all=("ann",)))

    assert steps(house, message.id) == [(2, str(do))]

    after = "moved" if do is Do.HAND_OVER else "unread"
    assert holders(house, message.id) == {"ann": "unread", "ben": "moved", "cem": after}
    house.notify.run()
    assert house.breaches() == {}


def test_an_earlier_message_that_was_finished_stays_finished(house: House) -> None:
    """It goes to nobody new, and no ladder of it begins."""
    first = written(house, priority=Priority.URGENT)
    done(house, first.id, "ann")
    second = answered(house, first, "more")

    house.correction.correct(ref(house, second.id, "ben"), TO_MEDICAL)

    assert holders(house, first.id) == {"ann": "done", "ben": "moved"}
    assert holders(house, second.id) == {"ann": "moved", "ben": "moved", "cem": "unread"}
    assert steps(house, first.id) == []
    assert overdue(house) == [second.id]
    house.notify.run()
    assert house.breaches() == {}


def test_a_later_message_that_waits_goes_along(house: House) -> None:
    first = written(house)
    done(house, first.id, "ann")
    second = answered(house, first, "more")

    house.correction.correct(ref(house, first.id, "ben"), TO_MEDICAL)

    assert holders(house, first.id) == {"ann": "done", "ben": "moved", "cem": "unread"}
    assert holders(house, second.id) == {"ann": "moved", "ben": "moved", "cem": "unread"}
    assert [did for _, did in steps(house, first.id)] == [did for _, did in steps(house, second.id)]


def test_a_second_correction_leaves_it_to_the_last_recipients(house: House) -> None:
    message = written(house)
    done(house, message.id, "ann")
    house.correction.correct(ref(house, message.id, "ben"), TO_MEDICAL)
    done(house, message.id, "cem")

    house.correction.correct(ref(house, message.id, "cem"), CorrectionRequest(Topic.BILLING))

    assert holders(house, message.id) == {"ann": "unread", "ben": "unread", "cem": "moved"}
    assert [did for run, did in steps(house, message.id) if run == 3] == ["remind", "alert"]


def test_the_whole_conversation_in_a_forward_asks_a_colleague_and_begins_nothing(house: House) -> None:
    """A recipient who is done with a message has finished it; a forward leaves it to whom it asks."""
    message = written(house)
    done(house, message.id, "ann")

    house.forward.forward(ref(house, message.id, "ben"), ForwardRequest("dan", "", whole_conversation=True))

    assert holders(house, message.id)["dan"] == "unread"
    assert steps(house, message.id) == []
    assert overdue(house) == []
