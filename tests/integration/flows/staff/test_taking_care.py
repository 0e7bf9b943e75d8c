"""What waits is always somebody's to take care of, and `done` by the one whose it is ends its ladder."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from router.actors import COMMAND
from router.errors import Conflict
from router.flows.staff.correction import CorrectionRequest
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.inbox import InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import DeliveryRef
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import a_patient, topic_set
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import ALERT, HAND_OVER, REMIND, STAFF, ref, steps, with_ladder, written

KEEP_OPEN = ReplyRequest("I'll ask.", keep_open=True)


@pytest.fixture
def house(engine: Engine) -> House:
    ladder = with_ladder(REMIND, HAND_OVER, ALERT, answer_within=60)
    return House(engine).furnish(ladder, staff=STAFF, patients=(a_patient("sam", team=["cem"]),))


def moved(house: House, staff: str) -> DeliveryRef:
    """What is done, or has gone, in this inbox."""
    return DeliveryRef(PRACTICE, house.inbox(staff, InboxView.DONE).items[0].delivery, staff, COMMAND)


def climb(house: House, hours: int) -> None:
    for _ in range(hours):
        house.clock.by += timedelta(minutes=61)
        house.escalate.run()


def is_in_order(house: House) -> bool:
    house.notify.run()
    return house.breaches() == {}


def test_who_was_done_and_promises_a_further_answer_has_it_open_again(house: House) -> None:
    written(house)
    anns = ref(house, "ann")
    house.read_inbox.mark(anns, DeliveryState.DONE)

    house.replies.reply(anns, KEEP_OPEN)

    assert [item.state for item in house.inbox("ann").items] == [DeliveryState.READ]
    assert is_in_order(house)


def test_so_has_who_promises_it_after_a_step_has_handed_the_message_over(house: House) -> None:
    written(house)
    climb(house, 3)
    house.read_inbox.mark(ref(house, "ben"), DeliveryState.DONE)

    house.replies.reply(moved(house, "ann"), KEEP_OPEN)

    assert [item.state for item in house.inbox("ann").items] == [DeliveryState.READ]
    assert is_in_order(house)


def test_who_had_it_by_a_forward_and_promises_a_further_answer_owns_it_where_nobody_else_has_it(house: House) -> None:
    written(house)
    anns = ref(house, "ann")
    house.replies.claim(anns)
    house.forward.forward(anns, ForwardRequest("cem", "", whole_conversation=False))
    house.read_inbox.mark(anns, DeliveryState.DONE)

    house.replies.reply(ref(house, "cem"), KEEP_OPEN)

    assert house.inbox("cem").items[0].owner == "cem"
    assert is_in_order(house)


def test_done_ends_what_was_kept_open(house: House) -> None:
    message = written(house)
    anns = ref(house, "ann")
    house.replies.reply(anns, KEEP_OPEN)

    house.read_inbox.mark(anns, DeliveryState.DONE)
    climb(house, 6)

    assert steps(house, message) == []
    assert house.overdue.count(PRACTICE) == 0
    assert is_in_order(house)


def test_what_was_done_before_it_was_kept_open_ends_nothing(house: House) -> None:
    message = written(house)
    anns = ref(house, "ann")
    house.read_inbox.mark(anns, DeliveryState.READ)
    house.forward.forward(anns, ForwardRequest("cem", "", whole_conversation=True))
    house.read_inbox.mark(anns, DeliveryState.DONE)

    house.replies.reply(ref(house, "cem"), KEEP_OPEN)
    climb(house, 6)

    assert [step.did for step in steps(house, message)][-1] == "alert"
    assert house.overdue.count(PRACTICE) == 1


def test_undoing_done_begins_anew_what_was_kept_open(house: House) -> None:
    message = written(house)
    anns = ref(house, "ann")
    house.replies.reply(anns, KEEP_OPEN)
    house.read_inbox.mark(anns, DeliveryState.DONE)

    house.undo.undo(anns)
    climb(house, 6)

    assert [step.did for step in steps(house, message)][-1] == "alert"


def test_done_by_the_owner_ends_the_ladder_however_it_came_to_them(house: House) -> None:
    message = written(house)
    house.forward.forward(ref(house, "ann"), ForwardRequest("cem", "", whole_conversation=True))

    cems = ref(house, "cem")
    house.read_inbox.mark(cems, DeliveryState.DONE)
    climb(house, 6)

    assert steps(house, message) == []
    assert house.overdue.count(PRACTICE) == 0
    assert is_in_order(house)


def test_an_owner_by_a_forward_who_keeps_it_in_a_hand_over_takes_care_of_it(house: House) -> None:
    message = written(house)
    house.forward.forward(ref(house, "ann"), ForwardRequest("ben", "", whole_conversation=True))

    climb(house, 3)

    assert [step.did for step in steps(house, message)] == ["remind", "hand_over"]
    assert [item.owner for item in house.inbox("ben").items] == [None]
    assert is_in_order(house)
    house.read_inbox.mark(ref(house, "ben"), DeliveryState.DONE)
    assert house.overdue.count(PRACTICE) == 0


def test_who_had_it_by_a_forward_takes_care_of_it_once_the_topic_is_theirs(house: House) -> None:
    topics = topic_set({Topic.BILLING: ["ann"], Topic.OTHER: ["cem"]})
    house.save(replace(with_ladder(REMIND, ALERT), practice=topics))
    written(house)
    anns = ref(house, "ann")
    house.forward.forward(anns, ForwardRequest("cem", "", whole_conversation=False))

    house.correction.correct(anns, CorrectionRequest(Topic.OTHER))

    assert house.inbox("ann").items == ()
    assert len(house.inbox("cem").items) == 1
    assert is_in_order(house)


def test_a_forward_that_was_taken_back_shows_nothing_of_what_comes_later(house: House) -> None:
    written(house)
    anns = ref(house, "ann")
    house.forward.forward(anns, ForwardRequest("ada", "", whole_conversation=False))
    house.undo.undo(anns)
    house.clock.by += timedelta(minutes=1)

    house.replies.reply(anns, ReplyRequest("For sam alone."))

    shown = house.replies.conversation(moved(house, "ada"))
    assert [entry.body for entry in shown.entries] == ["I have a question about my bill."]


def with_cem_alone(house: House) -> DeliveryRef:
    """Cem had it by a forward, promised a further answer, and is the only one to have it open."""
    written(house)
    anns = ref(house, "ann")
    house.forward.forward(anns, ForwardRequest("cem", "", whole_conversation=False))
    house.read_inbox.mark(anns, DeliveryState.DONE)
    house.replies.reply(ref(house, "cem"), KEEP_OPEN)
    return ref(house, "cem")


def test_who_releases_what_nobody_else_has_open_gives_it_back_to_the_cascade(house: House) -> None:
    cems = with_cem_alone(house)
    house.notify.run()

    assert house.replies.release(cems) == ("ann",)

    (item,) = house.inbox("ann").items
    assert (item.state, item.owner) == (DeliveryState.UNREAD, None)
    assert house.notify.run().sent == 1
    assert house.mailer.sent[-1].recipient == "ann@clinic.example"
    assert is_in_order(house)


def test_a_release_that_gave_something_back_can_be_undone(house: House) -> None:
    cems = with_cem_alone(house)
    house.replies.release(cems)

    assert house.undo.undo(cems) == "release"

    assert house.inbox("cem").items[0].owner == "cem"
    assert not house.inbox("ann").items
    assert is_in_order(house)


def test_a_release_of_what_somebody_else_has_open_gives_nothing_back(house: House) -> None:
    written(house)
    anns = ref(house, "ann")
    house.replies.claim(anns)

    assert house.replies.release(anns) == ()
    assert house.replies.release(anns) == ()
    assert is_in_order(house)


def test_who_releases_it_and_is_the_one_to_get_it_keeps_it_as_it_is(house: House) -> None:
    cems = with_cem_alone(house)
    topics = topic_set({Topic.BILLING: ["cem"]})
    house.save(replace(with_ladder(REMIND, HAND_OVER, ALERT, answer_within=60), practice=topics))
    house.notify.run()

    assert house.replies.release(cems) == ("cem",)

    (item,) = house.inbox("cem").items
    assert (item.state, item.owner, item.recipient.step) == (DeliveryState.READ, None, "recipients")
    assert house.notify.run().sent == 0
    assert is_in_order(house)


def test_a_release_is_refused_where_nobody_would_have_it(engine: Engine) -> None:
    alone = tuple(one for one in STAFF if one.id in {"ann", "cem"})
    house = House(engine).furnish(
        replace(with_ladder(REMIND, ALERT), catch_all=("ann",)), staff=alone, patients=(a_patient("sam"),)
    )
    cems = with_cem_alone(house)
    house.roster.change_staff(PRACTICE, "ann", {"active": False}, COMMAND)

    with pytest.raises(Conflict, match="Forward the whole conversation to a colleague, or finish it first"):
        house.replies.release(cems)

    assert house.inbox("cem").items[0].owner == "cem"
    assert is_in_order(house)
