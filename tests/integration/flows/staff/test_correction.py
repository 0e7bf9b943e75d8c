"""The right topic is given to a message: who gets it, who no longer has it, and what refuses it, on both engines."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from router.access.sessions import PatientSession
from router.actors import COMMAND
from router.errors import Conflict, Forbidden, Invalid
from router.flows.staff.correction import CorrectionRequest, OtherReaders
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.inbox import InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.conversation import PatientRef, SeenTooLittle
from router.messages.events import EventKind
from router.messages.states import DeliveryState
from router.messaging.ladder import Condition, Do, LadderStep
from router.practice.topics import Topic
from tests.builders import a_staff, topic_set
from tests.house import PRACTICE, House
from tests.integration.flows.staff.corrections import (
    ALERT,
    STAFF,
    TO_MEDICAL,
    answered,
    holders,
    ref,
    with_topics,
    written,
)
from tests.integration.flows.staff.corrections import house as house  # noqa: PLC0414 - the fixture is shared.


def test_it_moves_for_the_readers_who_were_shown_and_no_others(house: House) -> None:
    message = written(house)
    mine = ref(house, message.id, "ann")
    with pytest.raises(OtherReaders):
        house.correction.correct(mine, replace(TO_MEDICAL, readers=frozenset({"cem", "ben"})))
    assert holders(house, message.id) == {"ann": "unread", "ben": "unread"}

    shown = frozenset(house.correction.look(mine, Topic.MEDICAL).readers)
    house.correction.correct(mine, replace(TO_MEDICAL, readers=shown))

    assert holders(house, message.id)["cem"] == "unread"


def test_it_first_says_who_will_read_it_and_then_moves_it(house: House) -> None:
    message = written(house)
    mine = ref(house, message.id, "ann")
    found = house.correction.look(mine, Topic.MEDICAL)
    assert (found.readers, found.to, found.names) == (("cem",), "Medical Team", {"cem": "Cem"})
    assert holders(house, message.id) == {"ann": "unread", "ben": "unread"}

    house.correction.correct(mine, replace(TO_MEDICAL, note="It is about her chest."))

    assert holders(house, message.id) == {"ann": "moved", "ben": "moved", "cem": "unread"}
    assert [item.topic for item in house.inbox("cem").items] == [Topic.MEDICAL]
    assert house.inbox("cem").items[0].recipient.step == "correction"
    assert not house.inbox("ben").items
    assert [item.state for item in house.inbox("ben", InboxView.DONE).items] == [DeliveryState.MOVED]
    with pytest.raises(Conflict):
        house.replies.reply(mine, ReplyRequest("Too late."))
    (move,) = house.replies.conversation(ref(house, message.id, "cem")).moves
    assert (move.staff, move.note, move.before, move.after) == (
        "ann",
        "It is about her chest.",
        Topic.BILLING,
        Topic.MEDICAL,
    )
    house.notify.run()
    assert house.breaches() == {}


def test_the_patient_sees_it_in_the_thread_and_in_both_histories(house: House) -> None:
    message = written(house)
    house.correction.correct(ref(house, message.id, "ann"), TO_MEDICAL)
    patient = PatientRef(PRACTICE, "sam", None, COMMAND)

    thread = house.conversations.thread(PRACTICE, message.conversation, None, COMMAND)
    receipt = house.accept.receipt(PRACTICE, message.id)

    assert (thread.conversation.display_name, [move.to for move in thread.moves]) == ("Medical Team", ["Medical Team"])
    assert (receipt.to, receipt.first_to, receipt.topic) == ("Medical Team", "Billing Office", Topic.MEDICAL)
    medical, billing = (
        house.conversations.history(patient, topic, None, 9) for topic in (Topic.MEDICAL, Topic.BILLING)
    )
    assert [one.conversation.id for one in medical.threads] == [thread.conversation.id]
    assert billing.threads == []
    assert [move.conversation for move in billing.moved] == [message.conversation]
    assert medical.moved == []
    token, _ = house.portal_links.make(PRACTICE, "sam", None, COMMAND)
    person = house.sessions.check(house.portal_links.enter(token))
    assert isinstance(person, PatientSession)
    shown = house.read_portal.history(person, Topic.BILLING, None, 9)
    assert [thread.id for _, thread in shown.moved] == [message.conversation]
    assert house.write(house.draft())[0].first_to == "Billing Office"


def test_events_of_it_are_for_who_asks(house: House) -> None:
    message = written(house)
    house.correction.correct(ref(house, message.id, "ann"), TO_MEDICAL)
    plain = house.conversations.events(PRACTICE, 0, 100).events
    (told,) = house.conversations.events(PRACTICE, 0, 100, [EventKind.TOPIC_CHANGED]).events
    assert [event.kind for event in plain] == [EventKind.DELIVERED]
    assert told.kind is EventKind.TOPIC_CHANGED
    assert told.more is not None
    assert (told.more["from"], told.more["to"]) == ("billing", "medical")


def test_a_second_correction_and_back_again(house: House) -> None:
    message = written(house)
    house.correction.correct(ref(house, message.id, "ann"), TO_MEDICAL)
    house.correction.correct(ref(house, message.id, "cem"), CorrectionRequest(Topic.BILLING))
    assert holders(house, message.id) == {"ann": "unread", "ben": "unread", "cem": "moved"}
    assert house.accept.receipt(PRACTICE, message.id).to == "Billing Office"
    assert house.conversations.history(PatientRef(PRACTICE, "sam", None, COMMAND), Topic.BILLING, None, 9).moved == []
    # It is there already.
    house.correction.correct(ref(house, message.id, "ann"), CorrectionRequest(Topic.BILLING))
    thread = house.conversations.thread(PRACTICE, message.conversation, None, COMMAND)
    assert [move.after for move in thread.moves] == [Topic.MEDICAL, Topic.BILLING]
    house.notify.run()
    assert house.breaches() == {}


def test_what_can_not_be_corrected_is_named(house: House) -> None:
    message = written(house)
    mine = ref(house, message.id, "ann")
    for request, field in (
        (CorrectionRequest(Topic.OTHER), "topic"),
        (replace(TO_MEDICAL, note="n" * 2_001), "note"),
        (replace(TO_MEDICAL, last_seen=mine.delivery), "last_seen"),
    ):
        with pytest.raises(Invalid) as refused:
            house.correction.correct(mine, request)
        assert refused.value.errors[0].field == field
    their_answer = house.replies.reply(ref(house, message.id, "ben"), ReplyRequest("It is paid.", keep_open=True))
    with pytest.raises(SeenTooLittle) as answered_meanwhile:
        house.correction.correct(mine, TO_MEDICAL)
    assert answered_meanwhile.value.entry == their_answer
    house.correction.correct(mine, replace(TO_MEDICAL, last_seen=their_answer.id))
    assert holders(house, message.id)["cem"] == "unread"


def test_what_a_patient_chose_is_moved_by_the_provider_their_cover_or_the_owner_only(house: House) -> None:
    chosen = {"patient": "pat", "topic": Topic.MEDICATION, "to": "dan"}
    message = written(house, **chosen)
    dans = ref(house, message.id, "dan")
    house.forward.forward(dans, ForwardRequest("ben", "Look.", whole_conversation=False))
    with pytest.raises(Forbidden):
        house.correction.correct(ref(house, message.id, "ben"), TO_MEDICAL)
    house.correction.correct(dans, TO_MEDICAL)
    assert holders(house, message.id) == {"dan": "moved", "ben": "moved", "cem": "unread"}
    thread = house.conversations.thread(PRACTICE, message.conversation, None, COMMAND)
    assert thread.conversation.chosen is None


def test_where_nobody_would_get_it_nothing_moves(house: House) -> None:
    message = written(house)
    mine = ref(house, message.id, "ann")
    house.bring([a_staff("ada"), a_staff("cem", active=False)])
    with pytest.raises(Conflict, match="Nobody active"):
        house.correction.correct(mine, TO_MEDICAL)
    assert holders(house, message.id) == {"ann": "unread", "ben": "unread"}


def test_who_gets_the_new_topic_as_well_keeps_it_and_what_is_done_stays_done(house: House) -> None:
    house.save(with_topics(practice=topic_set({Topic.BILLING: ["ann", "ben"], Topic.MEDICAL: ["ben"]})))
    message = written(house)
    house.correction.correct(ref(house, message.id, "ann"), TO_MEDICAL)
    assert holders(house, message.id) == {"ann": "moved", "ben": "unread"}
    more = answered(house, message, "more")
    assert holders(house, more.id) == {"ben": "unread"}
    house.read_inbox.mark(ref(house, more.id, "ben"), DeliveryState.DONE)
    house.correction.correct(ref(house, message.id, "ben"), CorrectionRequest(Topic.BILLING))
    assert holders(house, more.id) == {"ben": "done"}


def test_the_earlier_answer_by_counts_and_the_alert_keeps_its_clock(engine: Engine) -> None:
    practice = with_topics().practice
    medical = replace(practice[Topic.MEDICAL], answer_within=30)
    billing = replace(practice[Topic.BILLING], answer_within=600)
    topics = replace(practice, topics={**practice.topics, Topic.MEDICAL: medical, Topic.BILLING: billing})
    house = House(engine).furnish(with_topics(practice=topics, ladder=ALERT), staff=STAFF)
    message = written(house)
    house.clock.by += timedelta(minutes=50)
    house.correction.correct(ref(house, message.id, "ann"), TO_MEDICAL)
    receipt = house.accept.receipt(PRACTICE, message.id)
    assert receipt.answer_by is not None
    assert receipt.first_answer_by is not None
    assert receipt.first_answer_by - receipt.answer_by > timedelta(hours=8)
    house.clock.by += timedelta(minutes=11)
    house.escalate.run()
    trace, _ = house.traces.trace(PRACTICE, message.id, COMMAND)
    assert [(step.run, step.did) for step in trace.ladder_steps] == [(2, "alert")]
    house.correction.correct(ref(house, message.id, "cem"), CorrectionRequest(Topic.BILLING))
    assert house.accept.receipt(PRACTICE, message.id).answer_by == receipt.answer_by


def test_from_a_message_that_is_answered_only_what_waits_goes_along(house: House) -> None:
    first = written(house)
    house.replies.reply(ref(house, first.id, "ann"), ReplyRequest("It is paid."))
    house.read_inbox.mark(ref(house, first.id, "ben"), DeliveryState.DONE)
    second = answered(house, first, "more")

    house.correction.correct(ref(house, first.id, "ann"), TO_MEDICAL)

    assert "cem" not in holders(house, first.id)
    assert holders(house, second.id)["cem"] == "unread"
    house.notify.run()
    assert house.breaches() == {}


def test_an_answer_after_a_hand_over_and_a_correction_is_not_taken(house: House) -> None:
    hand_over = LadderStep(30, Condition.UNANSWERED, Do.HAND_OVER)
    house.save(with_topics(ladder=(hand_over, *ALERT), catch_all=("dan",)))
    message = written(house)
    house.clock.by += timedelta(minutes=31)
    house.escalate.run()
    assert holders(house, message.id) == {"ann": "moved", "ben": "moved", "dan": "unread"}
    entry = house.replies.reply(ref(house, message.id, "ann"), ReplyRequest("Still taken.", keep_open=True))
    house.correction.correct(ref(house, message.id, "dan"), replace(TO_MEDICAL, last_seen=entry.id))
    with pytest.raises(Conflict):
        house.replies.reply(ref(house, message.id, "ben"), ReplyRequest("Too late."))


def test_an_answer_after_a_correction_and_a_hand_over_is_taken(house: House) -> None:
    hand_over = LadderStep(30, Condition.UNANSWERED, Do.HAND_OVER)
    topics = topic_set({Topic.BILLING: ["ann", "ben"], Topic.MEDICAL: ["ann"]})
    house.save(with_topics(ladder=(hand_over, *ALERT), catch_all=("dan",), practice=topics))
    message = written(house)
    house.correction.correct(ref(house, message.id, "ben"), TO_MEDICAL)
    house.escalate.run()
    house.clock.by += timedelta(minutes=31)
    house.escalate.run()
    assert holders(house, message.id) == {"ann": "moved", "ben": "moved", "dan": "unread"}
    with pytest.raises(Conflict):
        house.replies.reply(ref(house, message.id, "ben"), ReplyRequest("Too late."))

    house.replies.reply(ref(house, message.id, "ann"), ReplyRequest("Taken."))

    assert house.accept.receipt(PRACTICE, message.id).status.value == "answered"


def test_while_the_practice_is_being_changed_nothing_moves(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    message = written(house)
    with monkeypatch.context() as patched:
        patched.setattr("adapters.database.repositories.practices.PracticeRepository.hold", lambda *_: {})
        with pytest.raises(Conflict, match="being changed"):
            house.correction.correct(ref(house, message.id, "ann"), TO_MEDICAL)
    assert holders(house, message.id) == {"ann": "unread", "ben": "unread"}
