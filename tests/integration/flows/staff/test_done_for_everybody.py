"""Whose `done` counts for everybody is what it was at that moment, whoever owns the conversation since."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

from adapters.database.tables import message
from router.actors import COMMAND
from router.flows.staff.correction import CorrectionRequest
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.inbox import InboxView
from router.flows.staff.notes import NoteRequest
from router.flows.staff.replies import ReplyRequest
from router.flows.staff.urgency import PriorityRequest
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from router.messages.priority import Priority
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, topic_set
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import ALERT, REMIND, STAFF, ref, steps, with_ladder, written

KEEP_OPEN = ReplyRequest("I'll ask.", keep_open=True)


@pytest.fixture
def house(engine: Engine) -> House:
    topics = topic_set({Topic.BILLING: ["ann", "ben"], Topic.OTHER: ["ben"]})
    ladder = replace(with_ladder(REMIND, ALERT, answer_within=60), practice=topics, catch_all=("ada",))
    house = House(engine).furnish(ladder, staff=STAFF, patients=(a_patient("sam", team=["cem"]),))
    written(house)
    return house


def done(house: House, staff: str) -> DeliveryRef:
    theirs = house.inbox(staff, InboxView.DONE).items[0].delivery
    return DeliveryRef(PRACTICE, theirs, staff, COMMAND)


def finish(house: House, staff: str) -> None:
    house.read_inbox.mark(ref(house, staff), DeliveryState.DONE)


def give_whole(house: House, giver: str, taker: str) -> None:
    house.forward.forward(ref(house, giver), ForwardRequest(taker, "", whole_conversation=True))


def write_again(house: House) -> None:
    """The patient writes on in the conversation."""
    house.write(ReplyDraft("key-2", "sam", house.inbox("ann").items[0].conversation, "One more thing."))
    house.route.run()


def waits(house: House) -> bool:
    """Whether it is overdue, some hours later, with every table in order."""
    for _ in range(5):
        house.clock.by += timedelta(minutes=61)
        house.escalate.run()
    house.notify.run()
    assert house.breaches() == {}
    return house.overdue.count(PRACTICE) > 0


def test_who_was_done_with_a_question_and_claims_the_message_has_it_open(house: House) -> None:
    house.notes.note(ref(house, "ann"), NoteRequest("Do you know?", ("cem",)))
    finish(house, "cem")

    house.replies.claim(done(house, "cem"))

    assert [(item.owner, item.state) for item in house.inbox("cem").items] == [("cem", DeliveryState.READ)]
    assert waits(house)


def test_a_claim_finishes_no_other_message_with_which_they_were_done_for_themselves(house: House) -> None:
    house.notes.note(ref(house, "ann"), NoteRequest("Do you know?", ("cem",)))
    finish(house, "cem")
    write_again(house)
    house.notes.note(ref(house, "ann"), NoteRequest("And this?", ("cem",)))

    house.replies.claim(ref(house, "cem"))
    finish(house, "cem")

    assert waits(house)


@pytest.mark.parametrize("act", ["leaves", "releases", "corrected", "forwarded on"])
def test_what_an_owner_by_a_forward_finished_stays_finished(house: House, act: str) -> None:
    give_whole(house, "ben", "cem")
    finish(house, "cem")

    match act:
        case "leaves":
            house.bring([a_staff("cem", active=False)])
        case "releases":
            house.replies.release(done(house, "cem"))
        case "corrected":
            write_again(house)
            house.correction.correct(ref(house, "cem"), CorrectionRequest(Topic.OTHER))
            finish(house, "ben")
        case _:
            house.forward.forward(done(house, "cem"), ForwardRequest("ada", "", whole_conversation=True))

    assert not waits(house)


def test_what_they_answered_does_not_come_back_to_them_once_the_giver_leaves(house: House) -> None:
    give_whole(house, "ben", "cem")
    house.replies.reply(ref(house, "cem"), ReplyRequest("An answer"))

    house.bring([a_staff("ben", active=False)])

    assert house.inbox("cem").items == ()


def test_nor_does_what_was_kept_open_and_is_done_since(house: House) -> None:
    house.replies.reply(ref(house, "ben"), KEEP_OPEN)
    finish(house, "ben")

    house.bring([a_staff("ann", active=False)])

    assert house.inbox("ben").items == ()
    assert not waits(house)


def test_a_reply_about_another_message_renews_no_promise(house: House) -> None:
    first = ref(house, "ben")
    write_again(house)
    house.replies.reply(ref(house, "ben"), KEEP_OPEN)
    finish(house, "ben")

    house.replies.reply(first, ReplyRequest("An answer"))

    assert not waits(house)


def test_the_newest_reply_says_when_the_release_before_kept_it_open_again(house: House) -> None:
    """It doesn't write down when."""
    bens = ref(house, "ben")
    house.replies.reply(bens, KEEP_OPEN)
    finish(house, "ben")
    with house.engine.begin() as connection:
        promised = select(message.c.kept_open_at)
        assert connection.execute(promised).scalar_one() is not None
        connection.execute(update(message).values(kept_open=True))
        assert connection.execute(promised).scalar_one() is None

    assert not waits(house)

    house.replies.reply(bens, KEEP_OPEN)
    with house.engine.begin() as connection:
        connection.execute(update(message).values(kept_open=True))

    assert waits(house)


def test_no_step_is_carried_out_for_what_was_done_before_it_was_raised(house: House) -> None:
    house.save(replace(house.messaging.read(PRACTICE, COMMAND).messaging, urgent_ladder=(REMIND, ALERT)))
    house.replies.reply(ref(house, "ben"), KEEP_OPEN)
    anns = ref(house, "ann")
    finish(house, "ben")

    house.urgency.change(anns, PriorityRequest(Priority.URGENT))

    assert not waits(house)
    assert steps(house, house.inbox("ann").items[0].message) == []


def test_a_cover_takes_care_of_what_they_had_given_away_unread(house: House) -> None:
    give_whole(house, "ann", "cem")
    finish(house, "ben")
    assert house.inbox("ann").items[0].handled_by == "cem"

    house.send_away("cem", "ann")
    house.absences.run()

    assert [(item.handled_by, item.state) for item in house.inbox("ann").items] == [(None, DeliveryState.UNREAD)]
