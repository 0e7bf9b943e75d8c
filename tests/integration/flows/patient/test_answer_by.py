"""By when an answer is to be expected: frozen when accepted, told until an answer comes, and what counts as one."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from router.actors import COMMAND
from router.flows.patient.threads import Thread
from router.flows.staff.inbox import InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.acceptance import Receipt
from router.messages.compose import FormRefused
from router.messages.events import EventKind
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from router.messages.states import DeliveryState, Outcome, State
from router.messaging.hours import Hours, PracticeHours
from router.practice.topics import Topic
from tests.builders import settings, topic_set
from tests.house import PRACTICE, House

ALWAYS = Hours(PracticeHours(round_the_clock=True))
TIMED = settings({Topic.BILLING: ["ann", "ben"]}, hours=ALWAYS, answer_within=60)


def written(house: House) -> Receipt:
    """A message that was delivered in a practice that answers within an hour, round the clock."""
    house.furnish(TIMED)
    receipt = house.write()[0]
    house.route.run()
    return receipt


def ref(house: House, staff: str, message: UUID) -> DeliveryRef:
    """Somebody's delivery of a message."""
    found = [*house.inbox(staff).items, *house.inbox(staff, InboxView.DONE).items]
    delivery = next(item.delivery for item in found if item.message == message)
    return DeliveryRef(PRACTICE, delivery, staff, COMMAND)


def write_again(house: House, receipt: Receipt, key: str = "again") -> Receipt:
    """A reply of the patient, delivered."""
    answer = house.write(ReplyDraft(key, "sam", receipt.conversation, "Are you there?"))[0]
    house.route.run()
    return answer


def thread(house: House, receipt: Receipt) -> Thread:
    return house.conversations.thread(PRACTICE, receipt.conversation, None, COMMAND)


def receipt_of(house: House, receipt: Receipt) -> Receipt:
    return house.accept.receipt(PRACTICE, receipt.id)


def test_the_moment_is_frozen_when_the_message_is_accepted(house: House) -> None:
    receipt = written(house)
    house.save(replace(TIMED, answer_within=600))

    assert receipt.answer_by == receipt.accepted_at + timedelta(hours=1)
    assert receipt_of(house, receipt).answer_by == receipt.answer_by
    assert house.write()[0].answer_by == receipt.answer_by, "a repeated key is answered as the first time"


def test_messages_of_one_group_are_told_the_same(house: House) -> None:
    house.furnish(replace(TIMED, practice=topic_set({Topic.BILLING: ["ann"], Topic.OTHER: ["ann"]})))

    receipts = house.write(house.draft("1"), house.draft("2"), house.draft("3", topic=Topic.OTHER))

    assert {receipt.answer_by for receipt in receipts} == {receipts[0].accepted_at + timedelta(hours=1)}


@pytest.mark.parametrize("messaging", [replace(TIMED, hours=Hours()), replace(TIMED, answer_within=0)])
def test_nothing_is_said_without_hours_or_a_time(house: House, messaging) -> None:
    receipt = house.furnish(messaging).write()[0]

    assert receipt.answer_by is None
    assert receipt_of(house, receipt).answer_by is None


def test_a_refusal_carries_the_form_with_its_times(house: House) -> None:
    house.furnish(TIMED)

    refusal = house.try_to_write(house.draft(to="ann"))[0]

    assert isinstance(refusal, FormRefused)
    assert refusal.form.open is True
    assert refusal.form.topics[0].answer_by is not None


def test_once_it_has_passed_the_thread_is_late_until_somebody_answers(house: House) -> None:
    receipt = written(house)
    assert (thread(house, receipt).answer_by, thread(house, receipt).late) == (receipt.answer_by, False)

    house.clock.by += timedelta(hours=2)
    assert thread(house, receipt).late

    house.replies.reply(ref(house, "ann", receipt.id), ReplyRequest("We looked."))
    assert (thread(house, receipt).answer_by, thread(house, receipt).late) == (None, False)


def test_a_reply_of_the_patient_has_its_own_and_postpones_nothing(house: House) -> None:
    receipt = written(house)
    house.clock.by += timedelta(minutes=30)

    again = write_again(house, receipt)

    assert again.answer_by == again.accepted_at + timedelta(hours=1)
    assert thread(house, receipt).answer_by == receipt.answer_by


def test_an_answer_answers_everything_that_its_author_had_seen(house: House) -> None:
    receipt = written(house)
    again = write_again(house, receipt)

    house.replies.reply(ref(house, "ann", again.id), ReplyRequest("We looked at both."))

    assert house.states([receipt, again]) == [State.ANSWERED, State.ANSWERED]
    events = house.conversations.events(PRACTICE, 0, 99).events
    assert {event.message for event in events if event.kind is EventKind.ANSWERED} == {receipt.id, again.id}


@pytest.mark.parametrize("keep_open", [False, True])
def test_what_was_answered_together_waits_in_no_list(house: House, *, keep_open: bool) -> None:
    receipt = written(house)
    again = write_again(house, receipt)
    anns = ref(house, "ann", again.id)

    house.replies.reply(anns, ReplyRequest("We looked at both.", keep_open=keep_open))

    assert [item.message for item in house.inbox("ann").items] == ([again.id] if keep_open else [])
    assert [(item.state, item.handled_by) for item in house.inbox("ben").items] == [(DeliveryState.READ, "ann")] * 2
    assert (house.inbox("ann").unread, house.inbox("ben").unread) == (0, 0)


def test_what_is_answered_by_phone_takes_what_was_kept_open_with_it(house: House) -> None:
    receipt = written(house)
    house.replies.reply(ref(house, "ann", receipt.id), ReplyRequest("We are looking.", keep_open=True))
    again = write_again(house, receipt)

    house.read_inbox.mark(ref(house, "ann", again.id), DeliveryState.DONE, Outcome.ANSWERED_BY_PHONE)

    assert house.inbox("ann").items == ()
    assert not receipt_of(house, receipt).waits


def test_an_answer_leaves_open_what_its_author_had_not_seen(house: House) -> None:
    receipt = written(house)
    again = write_again(house, receipt)

    house.replies.reply(ref(house, "ann", receipt.id), ReplyRequest("We looked at the first."))

    assert house.states([receipt, again]) == [State.ANSWERED, State.DELIVERED]
    assert thread(house, receipt).answer_by == again.answer_by


def test_a_message_that_is_not_delivered_yet_is_not_answered(house: House) -> None:
    receipt = written(house)
    again = house.write(ReplyDraft("again", "sam", receipt.conversation, "Are you there?"))[0]

    house.replies.reply(ref(house, "ann", receipt.id), ReplyRequest("We looked.", again.id))

    assert house.states([receipt, again]) == [State.ANSWERED, State.ACCEPTED]


def test_a_reply_that_keeps_open_promises_a_further_answer(house: House) -> None:
    receipt = written(house)
    house.clock.by += timedelta(hours=3)

    house.replies.reply(ref(house, "ann", receipt.id), ReplyRequest("We are looking.", keep_open=True))

    now = receipt_of(house, receipt)
    assert (now.status, now.waits, now.first_answer_by) == (State.ANSWERED, True, receipt.answer_by)
    assert now.answer_by is not None
    assert receipt.answer_by is not None
    assert now.answer_by > receipt.answer_by + timedelta(hours=2)
    assert thread(house, receipt).answer_by == now.answer_by
    item = next(item for item in house.inbox("ann").items if item.message == receipt.id)
    assert (item.state, item.answer_by, item.waits) == (DeliveryState.READ, now.answer_by, True)
    assert house.write()[0].first_answer_by == receipt.answer_by

    house.replies.reply(ref(house, "ann", receipt.id), ReplyRequest("We found it."))
    assert not receipt_of(house, receipt).waits
    assert thread(house, receipt).answer_by is None


@pytest.mark.parametrize("times", [1, 2])
def test_where_no_time_is_told_any_more_a_reply_that_keeps_open_promises_none(house: House, times: int) -> None:
    receipt = written(house)
    anns = ref(house, "ann", receipt.id)
    for _ in range(times - 1):
        house.replies.reply(anns, ReplyRequest("We are looking.", keep_open=True))
    house.save(replace(TIMED, answer_within=0))
    house.clock.by += timedelta(hours=3)

    house.replies.reply(anns, ReplyRequest("We are still looking.", keep_open=True))

    now = receipt_of(house, receipt)
    assert (now.waits, now.answer_by, now.first_answer_by) == (True, None, receipt.answer_by)
    assert (thread(house, receipt).answer_by, thread(house, receipt).late) == (None, False)
    assert next(item for item in house.inbox("ann").items if item.message == receipt.id).answer_by is None
    assert house.overdue.count(PRACTICE) == 0
    assert house.conversations.events(PRACTICE, 0, 9).events[-1].answer_by is None


def test_keeping_open_belongs_to_the_fields_of_a_reply_only_where_it_is_asked_for(house: House) -> None:
    """So that keys of replies that were stored before are recognized."""
    receipt = written(house)
    delivery = ref(house, "ann", receipt.id)

    plain, kept = (ReplyRequest("Text", keep_open=keep_open) for keep_open in (False, True))

    assert plain.fingerprint(delivery) == ReplyRequest("Text").fingerprint(delivery)
    assert plain.fingerprint(delivery) != kept.fingerprint(delivery)


def test_answered_by_phone_counts_as_an_answer(house: House) -> None:
    receipt = written(house)
    again = write_again(house, receipt)

    house.read_inbox.mark(ref(house, "ann", again.id), DeliveryState.DONE, Outcome.ANSWERED_BY_PHONE)

    assert house.states([receipt, again]) == [State.ANSWERED, State.ANSWERED]
    now = receipt_of(house, again)
    assert (now.outcome, now.outcome_at is not None) == (Outcome.ANSWERED_BY_PHONE, True)
    assert thread(house, receipt).answer_by is None


def test_no_answer_needed_is_no_answer_but_none_is_due_any_more(house: House) -> None:
    receipt = written(house)

    house.read_inbox.mark(ref(house, "ann", receipt.id), DeliveryState.DONE, Outcome.NO_ANSWER_NEEDED)

    now = receipt_of(house, receipt)
    assert (now.status, now.waits, now.answered_at) == (State.OPENED, False, None)
    assert thread(house, receipt).answer_by is None


def test_the_first_outcome_counts(house: House) -> None:
    receipt = written(house)

    for staff, outcome in (("ann", Outcome.NO_ANSWER_NEEDED), ("ben", Outcome.ANSWERED_BY_PHONE)):
        house.read_inbox.mark(ref(house, staff, receipt.id), DeliveryState.DONE, outcome)

    assert receipt_of(house, receipt).outcome is Outcome.NO_ANSWER_NEEDED


@pytest.mark.parametrize("second", list(Outcome))
def test_a_further_outcome_ends_what_a_reply_had_promised(house: House, second: Outcome) -> None:
    receipt = written(house)
    anns = ref(house, "ann", receipt.id)
    house.read_inbox.mark(anns, DeliveryState.DONE, Outcome.ANSWERED_BY_PHONE)
    house.replies.reply(anns, ReplyRequest("We look again.", keep_open=True))
    house.clock.by += timedelta(minutes=61)
    assert receipt_of(house, receipt).waits

    house.read_inbox.mark(anns, DeliveryState.DONE, second)

    now = receipt_of(house, receipt)
    assert (now.waits, now.outcome) == (False, Outcome.ANSWERED_BY_PHONE)
    assert house.overdue.count(PRACTICE) == 0


def test_events_say_by_when_an_answer_is_expected(house: House) -> None:
    receipt = written(house)

    (event,) = house.conversations.events(PRACTICE, 0, 10).events

    assert (event.message, event.answer_by) == (receipt.id, receipt.answer_by)
    assert event.answer_by is not None
