"""What makes a message urgent, who raises and lowers it, and who hears of it, on both engines."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from router.actors import COMMAND
from router.errors import Conflict, Invalid, NotFound
from router.flows.patient import advice
from router.flows.patient.urgency import flagged
from router.flows.staff.notes import NoteRequest
from router.flows.staff.urgency import PriorityRequest
from router.messages.inbox import DeliveryRef
from router.messages.message import BODY_LIMIT, SUBJECT_LIMIT, AnyDraft, ReplyDraft
from router.messages.priority import Cause, LoweredBecause, Priority
from router.messages.states import DeliveryState, Outcome
from router.messages.undo import UndoableAct
from router.messaging.red_flags import Flagged
from router.messaging.settings import MessagingSettings
from tests.builders import settings
from tests.house import PRACTICE, House
from tests.integration.flows.staff.urgent_messages import LOWER, RAISE, ref, written
from tests.integration.flows.staff.urgent_messages import house as house  # noqa: PLC0414 - the fixture is shared.


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


def test_of_what_is_too_long_to_be_sent_as_much_is_looked_at_as_could_be(house: House) -> None:
    """A page shows advice on it, and one text of half a megabyte held the process for minutes."""
    end = BODY_LIMIT - len("chest pain")
    for body, is_found in (
        ("chest pain" + "!" * BODY_LIMIT, True),
        (" " * BODY_LIMIT + "chest pain" + " " * BODY_LIMIT, True),
        ("!" * end + "chest pain" + "!" * BODY_LIMIT, True),
        ("!" * BODY_LIMIT + "chest pain", False),
    ):
        assert (house.advice.advice(PRACTICE, house.draft(body=body)) is not None) is is_found
    for subject, is_found in ((" " * SUBJECT_LIMIT + "chest pain", True), ("!" * SUBJECT_LIMIT + "chest pain", False)):
        assert (house.advice.advice(PRACTICE, house.draft(subject=subject)) is not None) is is_found


def test_no_connection_is_held_while_words_are_looked_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []

    def watch(draft: AnyDraft, messaging: MessagingSettings) -> Flagged | None:
        held.append(house.engine.pool.checkedout())  # type: ignore[attr-defined] # both pools have it.
        return flagged(draft, messaging)

    monkeypatch.setattr(advice, "flagged", watch)

    assert house.advice.advice(PRACTICE, house.draft(body="chest pain")) is not None

    assert held == [0]


def test_administrators_see_what_each_phrase_marked(house: House) -> None:
    first, _ = written(house, 2, body="chest pain")
    house.urgency.change(ref(house, first), LOWER)
    (count,) = house.look_at_urgency.counts(PRACTICE).values()
    assert (count.mark.phrase, count.marked, count.lowered) == ("chest pain", 2, 1)
    house.undo.undo(ref(house, first))
    (count,) = house.look_at_urgency.counts(PRACTICE).values()
    assert count.lowered == 0


def _undone(house: House, mine: DeliveryRef) -> None:
    house.read_inbox.mark(mine, DeliveryState.DONE)
    assert house.undo.undo(mine) == "done"


AFTERWARDS: dict[str, Callable[[House, DeliveryRef], object]] = {
    "done, and that undone": _undone,
    "put off": lambda house, mine: house.snooze.snooze(mine, house.operations.ready() + timedelta(hours=1)),
    "noted": lambda house, mine: house.notes.note(mine, NoteRequest("Look.")),
    "unread": lambda house, mine: house.read_inbox.mark(mine, DeliveryState.UNREAD),
    "done with an outcome": lambda house, mine: house.read_inbox.mark(
        mine, DeliveryState.DONE, Outcome.NO_ANSWER_NEEDED
    ),
}


@pytest.mark.parametrize("afterwards", list(AFTERWARDS))
def test_an_undo_does_not_mean_a_priority_that_was_raised_before_something_else(house: House, afterwards: str) -> None:
    (message,) = written(house)
    mine = ref(house, message)
    house.read_inbox.mark(mine, DeliveryState.READ)
    house.urgency.change(mine, RAISE)
    AFTERWARDS[afterwards](house, mine)

    with pytest.raises(Conflict, match="nothing to undo"):
        house.undo.undo(mine)

    assert priorities(house, message) == [(Priority.URGENT, Cause.STAFF)]


def test_a_priority_is_still_the_last_act_once_a_page_has_marked_the_message_read(house: House) -> None:
    (message,) = written(house)
    mine = ref(house, message)
    house.urgency.change(mine, RAISE)
    house.read_inbox.mark(mine, DeliveryState.READ)

    assert house.undo.undo(mine) == "priority"
    with pytest.raises(Conflict, match="nothing to undo"):
        house.undo.undo(mine)

    assert priorities(house, message) == [(Priority.URGENT, Cause.STAFF), (Priority.ROUTINE, Cause.UNDO)]


def test_an_undo_that_names_the_priority_takes_it_back_also_after_something_that_can_not_be_undone(
    house: House,
) -> None:
    (message,) = written(house)
    mine = ref(house, message)
    house.urgency.change(mine, RAISE)
    house.notes.note(mine, NoteRequest("Look."))
    with pytest.raises(Conflict, match="nothing to undo"):
        house.undo.undo(mine, UndoableAct.CLAIM)

    assert house.undo.undo(mine, UndoableAct.PRIORITY) == "priority"
    with pytest.raises(Conflict, match="nothing to undo"):
        house.undo.undo(mine, UndoableAct.PRIORITY)

    assert priorities(house, message)[-1] == (Priority.ROUTINE, Cause.UNDO)
