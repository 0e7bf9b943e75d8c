"""The right topic, and earlier entries, on both engines."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine

from router.access.sessions import PatientSession
from router.actors import COMMAND
from router.errors import Conflict, Forbidden, Invalid
from router.flows.staff.correction import CorrectionRequest
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.inbox import InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.acceptance import Receipt
from router.messages.conversation import PatientRef, SeenTooLittle
from router.messages.events import EventKind
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from router.messages.priority import Priority
from router.messages.states import DeliveryState
from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import Condition, Do, LadderStep
from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings, topic_set
from tests.house import PRACTICE, House

ROUND_THE_CLOCK = Hours(PracticeHours(round_the_clock=True))
ALERT = (LadderStep(60, Condition.UNANSWERED, Do.ALERT),)
STAFF = tuple(a_staff(name, admin=name == "ada") for name in ("ada", "ann", "ben", "cem", "dan"))
TO_MEDICAL = CorrectionRequest(Topic.MEDICAL)


def with_topics(**values: object) -> MessagingSettings:
    """Ann and ben get bills, cem what is medical, and medication nobody: it goes to the care team."""
    topics = topic_set({Topic.BILLING: ["ann", "ben"], Topic.MEDICAL: ["cem"]}, off=[Topic.OTHER])
    made = replace(settings(), practice=topics, hours=ROUND_THE_CLOCK)
    return replace(made, **values)  # type: ignore[arg-type] # a test names the fields.


@pytest.fixture
def house(engine: Engine) -> House:
    patients = (a_patient("sam"), a_patient("pat", team=["dan"]))
    return House(engine).furnish(with_topics(), staff=STAFF, patients=patients)


def written(house: House, key: str = "key-1", **values: object) -> Receipt:
    receipt = house.write(house.draft(key, **values))[0]
    house.route.run()
    return receipt


def answered(house: House, receipt: Receipt, key: str, body: str = "And more.") -> Receipt:
    """The patient writes on."""
    reply = house.write(ReplyDraft(key, "sam", receipt.conversation, body))[0]
    house.route.run()
    return reply


def ref(house: House, message: UUID, staff: str) -> DeliveryRef:
    trace, _ = house.traces.trace(PRACTICE, message, COMMAND)
    delivery = next(one.id for one in trace.deliveries if one.recipient.staff == staff)
    return DeliveryRef(PRACTICE, delivery, staff, COMMAND)


def holders(house: House, message: UUID) -> dict[str, str]:
    trace, _ = house.traces.trace(PRACTICE, message, COMMAND)
    return {one.recipient.staff: one.state.value for one in trace.deliveries}


def bodies(house: House, of: DeliveryRef, *, earlier: bool = False) -> list[str]:
    return [entry.body for entry in house.replies.conversation(of, earlier=earlier).entries]


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
    plain = house.conversations.events(PRACTICE, 0, 100)
    (told,) = house.conversations.events(PRACTICE, 0, 100, [EventKind.TOPIC_CHANGED])
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
    house.replies.reply(ref(house, message.id, "ben"), ReplyRequest("It is paid.", keep_open=True))
    with pytest.raises(SeenTooLittle) as answered_meanwhile:
        house.correction.correct(mine, TO_MEDICAL)
    house.correction.correct(mine, replace(TO_MEDICAL, last_seen=answered_meanwhile.value.entry.id))
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


def test_new_holders_see_it_from_the_corrected_message_on_and_the_rest_on_record(house: House) -> None:
    message = written(house)
    house.replies.reply(ref(house, message.id, "ann"), ReplyRequest("It is paid."))
    more = answered(house, message, "more", "My chest hurts.")
    house.correction.correct(ref(house, more.id, "ann"), TO_MEDICAL)
    cems = ref(house, more.id, "cem")
    assert bodies(house, cems) == ["My chest hurts."]
    assert house.replies.conversation(cems).has_earlier
    assert bodies(house, cems, earlier=True) == [
        "I have a question about my bill.",
        "It is paid.",
        "My chest hurts.",
    ]
    house.read_inbox.open(cems, earlier=True)
    asked = [row for row in house.operations.audit(PRACTICE, None, 50) if row.details.get("earlier")]
    assert len(asked) == 2
    # Who had it before sees what they could read until then, and nothing later.
    house.replies.reply(cems, ReplyRequest("Come in."))
    assert bodies(house, ref(house, more.id, "ann"))[-1] == "My chest hurts."
    assert bodies(house, cems)[-1] == "Come in."


@pytest.mark.parametrize("whole", [False, True])
def test_a_forward_shows_the_message_alone_or_the_whole(house: House, *, whole: bool) -> None:
    message = written(house)
    more = answered(house, message, "more")
    house.forward.forward(ref(house, more.id, "ann"), ForwardRequest("dan", "", whole_conversation=whole))
    shown = bodies(house, ref(house, more.id, "dan"))
    assert shown == (["I have a question about my bill.", "And more."] if whole else ["And more."])


def test_owners_and_the_care_team_see_everything_also_after_it_went(house: House) -> None:
    message = written(house, patient="pat")
    more = house.write(ReplyDraft("more", "pat", message.conversation, "And more."))[0]
    house.route.run()
    house.forward.forward(ref(house, more.id, "ann"), ForwardRequest("dan", "", whole_conversation=False))
    house.correction.correct(ref(house, more.id, "ann"), TO_MEDICAL)
    house.write(ReplyDraft("last", "pat", message.conversation, "The last."))[0]
    assert bodies(house, ref(house, more.id, "dan"))[-1] == "The last."
    assert bodies(house, ref(house, more.id, "ann"))[-1] == "And more."
    house.route.run()
    cems = ref(house, more.id, "cem")
    house.replies.claim(cems)
    assert len(bodies(house, cems)) == 3


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
