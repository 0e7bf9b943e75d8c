"""What is urgent stays urgent, and with who is on call, when its topic is corrected."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine

from router.actors import COMMAND
from router.messages.priority import Priority
from router.messages.states import DeliveryState
from router.messaging.hours import Hours
from router.practice.topics import Topic
from tests.builders import a_patient
from tests.house import PRACTICE, House
from tests.integration.flows.staff.corrections import ALERT, STAFF, TO_MEDICAL, holders, ref, with_topics, written
from tests.integration.flows.staff.corrections import house as house  # noqa: PLC0414 - the fixture is shared.


def test_priority_and_topic_go_together(house: House) -> None:
    house.save(with_topics(patients_may_say_urgent=True, urgent_ladder=ALERT))
    message = written(house, priority=Priority.URGENT)
    house.correction.correct(ref(house, message.id, "ann"), TO_MEDICAL)
    (item,) = house.inbox("cem").items
    assert item.priority is Priority.URGENT
    assert item.next_step is not None


def test_what_somebody_was_done_with_and_moves_waits_for_those_who_get_the_topic(house: House) -> None:
    house.save(with_topics(urgent_ladder=ALERT, patients_may_say_urgent=True))
    message = written(house, priority=Priority.URGENT)
    house.read_inbox.mark(ref(house, message.id, "ann"), DeliveryState.DONE)
    house.correction.correct(ref(house, message.id, "ann"), TO_MEDICAL)
    assert holders(house, message.id) == {"ann": "moved", "ben": "moved", "cem": "unread"}
    routine = written(house, "later", topic=Topic.MEDICAL)
    assert [item.message for item in house.inbox("cem").items] == [message.id, routine.id]
    house.clock.by += timedelta(minutes=61)
    house.escalate.run()
    trace, _ = house.traces.trace(PRACTICE, message.id, COMMAND)
    assert [step.did for step in trace.ladder_steps] == ["alert"]


def closed(engine: Engine, **values: object) -> House:
    """No hours are set, so that the practice counts as closed; dan is on call."""
    patients = (a_patient("sam"), a_patient("pat", team=["ben"]))
    made = with_topics(hours=Hours(), on_call=("dan",), patients_may_say_urgent=True, **values)
    return House(engine).furnish(made, staff=STAFF, patients=patients)


def test_what_is_urgent_stays_with_who_is_on_call_while_the_practice_is_closed(engine: Engine) -> None:
    house = closed(engine)
    message = written(house, priority=Priority.URGENT)
    mine = ref(house, message.id, "ann")
    assert house.correction.look(mine, Topic.MEDICAL).readers == ("cem", "dan")

    told = house.correction.correct(mine, TO_MEDICAL)

    assert told.readers == ("cem", "dan")
    assert holders(house, message.id) == {"ann": "moved", "ben": "moved", "cem": "unread", "dan": "unread"}
    assert [item.recipient.step for item in house.inbox("dan").items] == ["on_call"]
    house.notify.run()
    assert house.breaches() == {}


def test_it_stays_whatever_they_had_it_for_and_routine_messages_leave_them(engine: Engine) -> None:
    house = closed(engine)
    house.save(replace(with_topics(hours=Hours(), on_call=("ann",), patients_may_say_urgent=True)))
    urgent, routine = written(house, priority=Priority.URGENT), written(house, "key-2")

    house.correction.correct(ref(house, urgent.id, "ben"), TO_MEDICAL)
    house.correction.correct(ref(house, routine.id, "ben"), TO_MEDICAL)

    assert holders(house, urgent.id) == {"ann": "unread", "ben": "moved", "cem": "unread"}
    assert holders(house, routine.id) == {"ann": "moved", "ben": "moved", "cem": "unread"}


def test_what_was_the_chosen_providers_alone_comes_to_who_is_on_call_once_it_is_moved(engine: Engine) -> None:
    house = closed(engine)
    message = written(house, patient="pat", topic=Topic.MEDICATION, to="ben", priority=Priority.URGENT)
    assert holders(house, message.id) == {"ben": "unread"}

    house.correction.correct(ref(house, message.id, "ben"), TO_MEDICAL)

    assert holders(house, message.id) == {"ben": "moved", "cem": "unread", "dan": "unread"}
    house.notify.run()
    assert house.breaches() == {}


def test_while_it_is_open_it_leaves_who_was_on_call_as_it_leaves_others(engine: Engine) -> None:
    house = closed(engine)
    message = written(house, priority=Priority.URGENT)
    house.save(with_topics(on_call=("dan",), patients_may_say_urgent=True))

    house.correction.correct(ref(house, message.id, "ann"), TO_MEDICAL)

    assert holders(house, message.id) == {"ann": "moved", "ben": "moved", "cem": "unread", "dan": "moved"}
