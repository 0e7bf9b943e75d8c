"""What somebody took care of, and no longer does, waits in sight of the colleagues who have it besides."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from router.actors import COMMAND
from router.flows.staff.correction import CorrectionRequest
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.inbox import InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import DeliveryRef
from router.messages.notification import Kind
from router.messages.priority import Priority
from router.messages.states import DeliveryState, Outcome
from router.practice.topics import Topic
from tests.builders import a_patient, topic_set
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import ALERT, HAND_OVER, STAFF, ref, with_ladder, written

UNREAD, READ, DONE = DeliveryState.UNREAD, DeliveryState.READ, DeliveryState.DONE
TO_CEM = ForwardRequest("cem", "Can you do this?", whole_conversation=False)
TO_BOTH = replace(
    with_ladder(HAND_OVER, ALERT, answer_within=60, patients_may_say_urgent=True),
    practice=topic_set({Topic.BILLING: ["ann", "ben"], Topic.OTHER: ["ben"]}),
)


@pytest.fixture
def house(engine: Engine) -> House:
    """Ann and ben get bills; ben is the catch-all, too."""
    return House(engine).furnish(TO_BOTH, staff=STAFF, patients=(a_patient("sam"),))


def claimed(house: House) -> DeliveryRef:
    """Ann has claimed what ben has as well, and has never looked at."""
    written(house)
    house.notify.run()
    anns = ref(house, "ann")
    house.replies.claim(anns)
    (bens,) = house.inbox("ben").items
    assert (bens.state, bens.handled_by) == (READ, "ann")
    return anns


def waits_anew(house: House, staff: str = "ben") -> bool:
    """Whether somebody finds their message unread, with nobody who handles it, and is told by email."""
    (item,) = house.inbox(staff).items
    told = len(house.mailer.sent)
    house.notify.run()
    emails = [(mail.kind, mail.recipient) for mail in house.mailer.sent[told:]]
    assert house.breaches() == {}
    is_told = (Kind.STAFF_RETURNED, f"{staff}@clinic.example") in emails
    return (item.state, item.handled_by) == (UNREAD, None) and is_told


def test_who_releases_it_leaves_it_to_those_who_have_it(house: House) -> None:
    anns = claimed(house)

    assert house.replies.release(anns) == ()

    assert waits_anew(house)


def test_undoing_the_release_takes_it_back(house: House) -> None:
    anns = claimed(house)
    house.replies.release(anns)

    house.undo.undo(anns)

    (bens,) = house.inbox("ben").items
    assert (bens.state, bens.handled_by, bens.owner) == (READ, "ann", "ann")


def test_what_is_urgent_stands_first_again_once_it_is_released(house: House) -> None:
    urgent = written(house, priority=Priority.URGENT)
    anns = ref(house, "ann")
    house.replies.claim(anns)
    later = written(house, idempotency_key="later")
    assert [item.message for item in house.inbox("ben").items] == [later, urgent]

    house.replies.release(anns)

    assert [item.message for item in house.inbox("ben").items] == [urgent, later]


def test_what_a_leaver_took_care_of_waits_for_those_who_have_it(house: House) -> None:
    claimed(house)

    house.roster.change_staff(PRACTICE, "ann", {"active": False}, COMMAND)

    assert waits_anew(house)


def test_what_somebody_absent_took_care_of_waits_for_a_cover_who_has_it(house: House) -> None:
    anns = claimed(house)
    house.read_inbox.mark(anns, READ)

    house.send_away("ann", "ben")
    house.absences.run()

    assert waits_anew(house)


def test_who_keeps_it_in_a_hand_over_finds_it_unread(house: House) -> None:
    claimed(house)
    house.clock.by += timedelta(minutes=181)

    house.escalate.run()

    assert not house.inbox("ann").items
    assert waits_anew(house)


def test_who_keeps_it_when_an_administrator_hands_it_over_finds_it_unread(house: House) -> None:
    claimed(house)
    house.clock.by += timedelta(minutes=61)
    (late,) = house.overdue.list(PRACTICE, COMMAND).items

    house.overdue.hand_over(PRACTICE, late.message, "catch_all", COMMAND)

    assert not house.inbox("ann").items
    assert waits_anew(house)


def test_who_keeps_it_under_the_right_topic_finds_it_unread(house: House) -> None:
    anns = claimed(house)

    house.correction.correct(anns, CorrectionRequest(Topic.OTHER))

    assert not house.inbox("ann").items
    assert waits_anew(house)


@pytest.mark.parametrize("finish", ["answer", "done", "by phone"])
def test_what_was_finished_bothers_nobody_again(house: House, finish: str) -> None:
    anns = claimed(house)
    if finish == "answer":
        house.replies.reply(anns, ReplyRequest("It is paid."))
    else:
        house.read_inbox.mark(anns, DONE, Outcome.ANSWERED_BY_PHONE if finish == "by phone" else None)

    house.replies.release(anns)
    house.send_away("ann", "ben")
    house.absences.run()
    house.roster.change_staff(PRACTICE, "ann", {"active": False}, COMMAND)

    (bens,) = house.inbox("ben").items
    assert (bens.state, bens.handled_by) == (READ, "ann")


def passed_on(house: House) -> None:
    """Ben was done with it, and has given it to cem."""
    house.save(replace(TO_BOTH, practice=topic_set({Topic.BILLING: ["ben"]})))
    written(house)
    bens = ref(house, "ben")
    house.read_inbox.mark(bens, DONE)
    house.forward.forward(bens, TO_CEM)
    house.notify.run()
    assert [item.state for item in house.inbox("cem").items] == [UNREAD]


def test_what_comes_back_from_a_leaver_is_open_again_for_who_was_done_with_it(house: House) -> None:
    passed_on(house)

    house.roster.change_staff(PRACTICE, "cem", {"active": False}, COMMAND)

    assert waits_anew(house)


def test_so_is_what_comes_to_them_as_the_cover(house: House) -> None:
    passed_on(house)

    house.send_away("cem", "ben")
    house.absences.run()

    assert waits_anew(house)


def test_who_leaves_what_a_colleague_has_finished_brings_nothing_back(house: House) -> None:
    written(house)
    house.read_inbox.mark(ref(house, "ben"), DONE)

    house.roster.change_staff(PRACTICE, "ann", {"active": False}, COMMAND)

    assert not house.inbox("ben").items
    assert [item.state for item in house.inbox("ben", InboxView.DONE).items] == [DONE]


def test_done_by_somebody_who_was_only_asked_leaves_it_to_the_recipients(house: House) -> None:
    urgent = written(house, priority=Priority.URGENT)
    house.forward.forward(ref(house, "ann"), TO_CEM)
    later = written(house, idempotency_key="later")

    house.read_inbox.mark(ref(house, "cem"), DONE)

    items = house.inbox("ben").items
    assert [(item.message, item.state, item.handled_by) for item in items] == [
        (urgent, UNREAD, None),
        (later, UNREAD, None),
    ]


def test_who_asks_a_colleague_and_is_done_leaves_it_before_the_colleague(house: House) -> None:
    written(house)
    house.notify.run()
    anns = ref(house, "ann")
    house.forward.forward(anns, TO_CEM)

    house.read_inbox.mark(anns, DONE)

    told = len(house.mailer.sent)
    house.notify.run()
    assert [mail.recipient for mail in house.mailer.sent[told:]] == ["cem@clinic.example"]
    assert [(item.state, item.handled_by) for item in house.inbox("cem").items] == [(UNREAD, None)]
    assert [(item.state, item.handled_by) for item in house.inbox("ben").items] == [(READ, "ann")]
    assert house.breaches() == {}


def test_an_answer_by_phone_of_somebody_who_was_only_asked_counts_for_all(house: House) -> None:
    written(house)
    house.forward.forward(ref(house, "ann"), TO_CEM)

    house.read_inbox.mark(ref(house, "cem"), DONE, Outcome.ANSWERED_BY_PHONE)

    assert [(item.state, item.handled_by) for item in house.inbox("ben").items] == [(READ, "cem")]
