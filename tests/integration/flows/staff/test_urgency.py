"""Urgent messages on both engines: who raises and lowers, what stands first, and who hears of it."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import Engine

from router.actors import COMMAND
from router.errors import Conflict, Invalid, NotFound
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.inbox import InboxListing, InboxView
from router.flows.staff.replies import ReplyRequest
from router.flows.staff.urgency import PriorityRequest
from router.messages.inbox import DeliveryRef, InboxRef, InboxSort
from router.messages.message import ReplyDraft
from router.messages.priority import Cause, LoweredBecause, Priority
from router.messages.states import DeliveryState, Outcome
from router.messages.undo import UndoableAct
from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import Condition, Do, LadderStep
from router.messaging.red_flags import RedFlagGroup, RedFlags
from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic
from tests.builders import a_staff, settings, topic_set
from tests.house import PRACTICE, House

if TYPE_CHECKING:
    from router.messages.inbox import InboxCursor

EMERGENCY = RedFlagGroup("emergency", {"en": ("can't breathe", "chest pain")}, {"en": "Call now."}, "911")
RAISE = PriorityRequest(Priority.URGENT)
LOWER = PriorityRequest(Priority.ROUTINE, LoweredBecause.CAN_WAIT)
STAFF = tuple(
    replace(a_staff(name, admin=name == "ada"), email=f"{name}@clinic.example") for name in ("ada", "ann", "ben", "cem")
)
ROUND_THE_CLOCK = Hours(PracticeHours(round_the_clock=True))


def furnished(engine: Engine, **values: object) -> House:
    """Ann and ben get bills; patients may say that something is urgent."""
    base = settings(practice=topic_set({Topic.BILLING: ["ann", "ben"]}))
    made = replace(base, patients_may_say_urgent=True, red_flags=RedFlags((EMERGENCY,)))
    made = replace(made, **values)  # type: ignore[arg-type] # a test names the fields.
    return House(engine).furnish(made, staff=STAFF)


@pytest.fixture
def house(engine: Engine) -> House:
    return furnished(engine)


def written(house: House, count: int = 1, **values: object) -> list[UUID]:
    drafts = [house.draft(f"{values}-{number}", **values) for number in range(count)]
    receipts = house.write(*drafts)
    while house.route.run().more:
        pass
    return [receipt.id for receipt in receipts]


def listed(house: House, staff: str = "ann", *, limit: int = 200, **asked: object) -> list[UUID]:
    """The messages of a list, page after page."""
    found: list[UUID] = []
    after: InboxCursor | None = None
    while True:
        listing = InboxListing(**asked)  # type: ignore[arg-type] # a test names the fields.
        page = house.read_inbox.page(InboxRef(PRACTICE, staff, COMMAND), listing, after, limit)
        assert len(page.items) <= limit
        found += [item.message for item in page.items]
        if page.next is None:
            return found
        after = page.next


def ref(house: House, message: UUID, staff: str = "ann") -> DeliveryRef:
    trace, _ = house.traces.trace(PRACTICE, message, COMMAND)
    delivery = next(one.id for one in trace.deliveries if one.recipient.staff == staff)
    return DeliveryRef(PRACTICE, delivery, staff, COMMAND)


def priorities(house: House, message: UUID) -> list[tuple[Priority, Cause]]:
    trace, _ = house.traces.trace(PRACTICE, message, COMMAND)
    assert trace.priority is (trace.priority_changes[-1].priority if trace.priority_changes else Priority.ROUTINE)
    return [(change.priority, change.cause) for change in trace.priority_changes]


def test_patients_say_that_something_is_urgent_where_the_practice_lets_them(house: House) -> None:
    (message,) = written(house, priority=Priority.URGENT)
    assert priorities(house, message) == [(Priority.URGENT, Cause.PATIENT)]
    house.save(replace(settings(), patients_may_say_urgent=False))
    receipt = house.write(house.draft("other", priority=Priority.URGENT))[0]
    assert receipt.accepted_with.priority is Priority.ROUTINE
    assert priorities(house, receipt.id) == []


def test_words_make_a_message_urgent_and_the_same_key_has_the_first_advice(house: House) -> None:
    draft = house.draft("flagged", body="Help, I CAN'T breath!!")
    first = house.write(draft)[0]
    assert first.accepted_with.advice is not None
    assert first.accepted_with.advice.phone == "911"
    house.route.run()
    house.save(settings())
    again = house.write(replace(draft, advice_seen=True))[0]
    assert (again.id, again.accepted_with) == (first.id, first.accepted_with)
    assert priorities(house, first.id) == [(Priority.URGENT, Cause.RED_FLAG)]
    (item,) = house.inbox("ann").items
    assert item.why_urgent({}) == "Red flag, emergency: “can't breathe”."


def test_what_is_negated_is_advised_and_not_urgent(house: House) -> None:
    receipt = house.write(house.draft("negated", body="No chest pain today."))[0]
    assert receipt.accepted_with.advice is not None
    assert priorities(house, receipt.id) == []


@pytest.mark.parametrize("sort", list(InboxSort))
@pytest.mark.parametrize("limit", [3, 4])
def test_what_is_urgent_stands_first_and_each_message_once(house: House, sort: InboxSort, limit: int) -> None:
    urgent = written(house, 2, priority=Priority.URGENT)
    routine = written(house, 5, subject="Later")
    order = list(reversed(routine)) if sort is InboxSort.NEWEST else routine
    urgent += written(house, 1, body="chest pain")
    assert listed(house, sort=sort, limit=limit) == [*urgent, *order]


@pytest.mark.parametrize("act", ["claim", "reply", "done", "phone", "lower", "colleague"])
def test_it_stands_first_until_somebody_has_it(house: House, act: str) -> None:
    (urgent,) = written(house, priority=Priority.URGENT)
    (routine,) = written(house, subject="Later")
    mine = ref(house, urgent)
    assert listed(house, "ben") == [urgent, routine]
    match act:
        case "claim":
            house.replies.claim(mine)
        case "reply":
            house.replies.reply(mine, ReplyRequest("Come in.", keep_open=True))
        case "done":
            house.read_inbox.mark(mine, DeliveryState.DONE)
        case "phone":
            house.read_inbox.mark(mine, DeliveryState.DONE, Outcome.ANSWERED_BY_PHONE)
        case "lower":
            house.urgency.change(mine, LOWER)
        case _:
            house.replies.claim(ref(house, urgent, "ben"))
    assert listed(house, "ben") == [routine, urgent]
    shown = house.inbox("ben").items[1]
    assert shown.priority is (Priority.ROUTINE if act == "lower" else Priority.URGENT)


@pytest.mark.parametrize("act", [UndoableAct.DONE, UndoableAct.CLAIM, UndoableAct.PRIORITY])
def test_undone_it_stands_first_again(house: House, act: UndoableAct) -> None:
    (urgent,) = written(house, priority=Priority.URGENT)
    (routine,) = written(house, subject="Later")
    mine = ref(house, urgent)
    match act:
        case UndoableAct.DONE:
            house.read_inbox.mark(mine, DeliveryState.DONE)
        case UndoableAct.CLAIM:
            house.replies.claim(mine)
        case _:
            house.urgency.change(mine, LOWER)
    assert house.undo.undo(mine) is act
    assert listed(house) == [urgent, routine]


def test_done_and_unread_by_hand_it_stands_first_again(house: House) -> None:
    (urgent,) = written(house, priority=Priority.URGENT)
    (routine,) = written(house, subject="Later")
    house.read_inbox.mark(ref(house, urgent), DeliveryState.DONE)
    house.read_inbox.mark(ref(house, urgent), DeliveryState.UNREAD)
    assert listed(house) == [urgent, routine]


def test_given_again_to_the_one_who_was_done_with_it_it_stands_first_again(house: House) -> None:
    (urgent,) = written(house, priority=Priority.URGENT)
    house.read_inbox.mark(ref(house, urgent), DeliveryState.DONE)
    house.forward.forward(ref(house, urgent, "ben"), ForwardRequest("ann", "", whole_conversation=False))
    (routine,) = written(house, subject="Later")
    assert listed(house) == [urgent, routine]


def test_neighbours_are_those_of_the_list(house: House) -> None:
    routine = written(house, 2, subject="Later")
    urgent = written(house, 2, priority=Priority.URGENT)
    shown = listed(house)
    assert shown == [*urgent, *reversed(routine)]
    deliveries = [ref(house, message).delivery for message in shown]
    for place, message in enumerate(shown):
        opened = house.read_inbox.open(ref(house, message), InboxListing())
        before = deliveries[place - 1] if place else None
        after = deliveries[place + 1] if place + 1 < len(deliveries) else None
        assert opened.beside == (before, after)


def test_lists_of_one_topic_site_or_priority_and_those_it_is_not_in(house: House) -> None:
    (urgent,) = written(house, priority=Priority.URGENT)
    (routine,) = written(house, subject="Later")
    assert listed(house, topic=Topic.BILLING, site="north") == [urgent, routine]
    assert listed(house, topic=Topic.MEDICAL) == []
    assert listed(house, priority=Priority.URGENT) == [urgent]
    assert listed(house, priority=Priority.ROUTINE) == [routine]
    assert listed(house, priority=Priority.ROUTINE, sort=InboxSort.OLDEST) == [routine]
    assert listed(house, view=InboxView.DONE) == listed(house, view=InboxView.MINE) == []
    house.read_inbox.mark(ref(house, urgent), DeliveryState.READ)
    assert listed(house, view=InboxView.UNREAD) == [routine]
    assert listed(house) == [urgent, routine]


def test_only_staff_lower_it_with_a_reason_and_it_is_on_record(house: House) -> None:
    (message,) = written(house, body="chest pain")
    mine = ref(house, message)
    for request, field in (
        (PriorityRequest(Priority.ROUTINE), "reason"),
        (PriorityRequest(Priority.URGENT, LoweredBecause.CAN_WAIT), "reason"),
    ):
        with pytest.raises(Invalid) as refused:
            house.urgency.change(mine, request)
        assert refused.value.errors[0].field == field
    assert house.urgency.change(mine, RAISE) is Priority.URGENT
    house.urgency.change(mine, LOWER)
    assert house.inbox("ben").items[0].why_urgent({}) is None
    house.urgency.change(mine, RAISE)
    told = [(Priority.URGENT, Cause.RED_FLAG), (Priority.ROUTINE, Cause.STAFF), (Priority.URGENT, Cause.STAFF)]
    assert priorities(house, message) == told
    (item,) = house.inbox("ben").items
    assert item.why_urgent({"ann": "Ann"}) == "Ann raised it. Red flag, emergency: “chest pain”."


def test_an_undo_of_a_priority_takes_back_ones_own_change_within_a_minute(house: House) -> None:
    (message,) = written(house)
    house.urgency.change(ref(house, message), RAISE)
    with pytest.raises(Conflict, match="nothing to undo"):
        house.undo.undo(ref(house, message, "ben"))
    house.clock.by += timedelta(seconds=61)
    with pytest.raises(Conflict, match="within a minute"):
        house.undo.undo(ref(house, message))


def test_the_email_says_urgent_and_nothing_carries_it(house: House) -> None:
    written(house, priority=Priority.URGENT)
    written(house, subject="Later")
    house.notify.run()
    assert sorted(mail.urgent for mail in house.mailer.sent) == [False, False, True, True]


STEPS = (LadderStep(10, Condition.UNOPENED, Do.REMIND), LadderStep(30, Condition.UNANSWERED, Do.ALERT))


def did(house: House, message: UUID) -> list[tuple[int, str | None]]:
    trace, _ = house.traces.trace(PRACTICE, message, COMMAND)
    return [(step.run, step.did) for step in trace.ladder_steps]


def wait(house: House, minutes: int) -> None:
    house.clock.by += timedelta(minutes=minutes)
    house.escalate.run()


def test_urgent_messages_climb_their_own_ladder_on_the_clock_where_somebody_is_on_call(engine: Engine) -> None:
    house = furnished(engine, urgent_ladder=STEPS, on_call=("cem",))
    (message,) = written(house, priority=Priority.URGENT)
    assert house.recipients(message) == ["ann", "ben", "cem"]
    assert house.inbox("cem").items[0].recipient.step == "on_call"
    wait(house, 11)
    wait(house, 20)
    assert did(house, message) == [(1, "remind"), (1, "alert")]
    house.notify.run()
    assert house.breaches() == {}


def test_without_anybody_on_call_and_hours_the_alert_alone_counts_on_the_clock(engine: Engine) -> None:
    house = furnished(engine, urgent_ladder=STEPS)
    (message,) = written(house, priority=Priority.URGENT)
    wait(house, 11)
    assert did(house, message) == []
    wait(house, 20)
    assert did(house, message) == [(1, "alert")]


def test_a_message_that_is_raised_climbs_from_then_on_and_reaches_who_is_on_call(engine: Engine) -> None:
    house = furnished(engine, urgent_ladder=STEPS, on_call=("cem",))
    (message,) = written(house)
    house.clock.by += timedelta(hours=3)
    house.urgency.change(ref(house, message), RAISE)
    assert "cem" in house.recipients(message)
    wait(house, 1)
    assert did(house, message) == []
    wait(house, 10)
    assert did(house, message) == [(1, "remind")]
    house.urgency.change(ref(house, message), LOWER)
    wait(house, 60)
    assert did(house, message) == [(1, "remind")]


def test_while_open_or_in_private_nobody_on_call_gets_it(engine: Engine) -> None:
    house = furnished(engine, on_call=("cem",), hours=ROUND_THE_CLOCK)
    (message,) = written(house, priority=Priority.URGENT)
    assert house.recipients(message) == ["ann", "ben"]
    house.save(replace(_current(house), hours=Hours()))
    (private,) = written(house, priority=Priority.URGENT, private=True)
    assert house.recipients(private) == ["ann", "ben"]


def test_a_cover_takes_what_is_urgent_for_who_is_on_call(engine: Engine) -> None:
    house = furnished(engine, on_call=("cem",))
    house.send_away("cem", cover="ada")
    written(house, priority=Priority.URGENT)
    (item,) = house.inbox("ada").items
    assert (item.recipient.represents, item.recipient.step) == ("cem", "on_call")


def _current(house: House) -> MessagingSettings:
    return house.reports.snapshot(PRACTICE).messaging


def test_what_is_being_written_is_looked_at_and_nothing_is_stored(house: House) -> None:
    found = house.advice.advice(PRACTICE, house.draft(body="chest pain"))
    assert found is not None
    assert found.group == "emergency"
    assert house.advice.advice(PRACTICE, house.draft()) is None
    receipt = house.write(house.draft("first"))[0]
    reply = ReplyDraft("reply", "sam", receipt.conversation, "I can't breathe")
    assert house.advice.advice(PRACTICE, reply) == found
    for wrong in (
        replace(reply, patient="pat"),
        replace(reply, conversation=receipt.id),
        replace(reply, patient="nobody"),
        replace(reply, sender="nobody"),
    ):
        with pytest.raises(NotFound):
            house.advice.advice(PRACTICE, wrong)


def test_administrators_see_what_each_phrase_marked(house: House) -> None:
    first, _ = written(house, 2, body="chest pain")
    house.urgency.change(ref(house, first), LOWER)
    (count,) = house.look_at_urgency.counts(PRACTICE).values()
    assert (count.mark.phrase, count.marked, count.lowered) == ("chest pain", 2, 1)
    house.undo.undo(ref(house, first))
    (count,) = house.look_at_urgency.counts(PRACTICE).values()
    assert count.lowered == 0
