"""Promise 13: priority only rises by itself; on SQLite and on PostgreSQL."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from router.actors import COMMAND
from router.audit import Action
from router.errors import Conflict, Invalid, NotFound
from router.flows.staff.correction import CorrectionRequest
from router.flows.staff.inbox import InboxListing, InboxView
from router.flows.staff.replies import ReplyRequest
from router.flows.staff.urgency import PriorityRequest
from router.messages.inbox import DeliveryRef, InboxRef, InboxSort
from router.messages.message import ReplyDraft
from router.messages.priority import Cause, LoweredBecause, Priority
from router.messages.states import DeliveryState, State
from router.messages.undo import UndoableAct
from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import Condition, Do, LadderStep
from router.messaging.red_flags import RedFlagGroup, RedFlags
from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic
from tests.builders import a_patient, settings
from tests.house import PRACTICE, House

if TYPE_CHECKING:
    from router.messages.inbox import InboxCursor

EMERGENCY = RedFlagGroup("emergency", {"en": ("can't breathe",)}, {"en": "Call now."}, "911")
LADDER = (
    LadderStep(60, Condition.UNOPENED, Do.REMIND),
    LadderStep(120, Condition.UNOPENED, Do.WIDEN),
    LadderStep(180, Condition.UNANSWERED, Do.HAND_OVER),
    LadderStep(240, Condition.UNANSWERED, Do.ALERT),
)
TOPICS = {Topic.BILLING: ["ann"], Topic.MEDICAL: ["ada"]}
LOWER = PriorityRequest(Priority.ROUTINE, LoweredBecause.CAN_WAIT)
SAID: dict[Cause, dict[str, Any]] = {
    Cause.PATIENT: {"priority": Priority.URGENT},
    Cause.RED_FLAG: {"body": "I can't breathe."},
    Cause.STAFF: {},
}


def with_urgency() -> MessagingSettings:
    """Ann gets bills and ada what is medical, ben is the catch-all, and the practice never closes."""
    made = settings(TOPICS, hours=Hours(PracticeHours(round_the_clock=True)), catch_all=("ben",), urgent_ladder=LADDER)
    return replace(made, patients_may_say_urgent=True, red_flags=RedFlags((EMERGENCY,)))


def written(house: House, key: str = "urgent", **values: object) -> UUID:
    receipt = house.write(house.draft(key, **values))[0]
    house.route.run()
    return receipt.id


def ref(house: House, message: UUID, staff: str = "ann") -> DeliveryRef:
    trace, _ = house.traces.trace(PRACTICE, message, COMMAND)
    delivery = next(one.id for one in trace.deliveries if one.recipient.staff == staff)
    return DeliveryRef(PRACTICE, delivery, staff, COMMAND)


def priority(house: House, message: UUID) -> tuple[Priority, list[Cause]]:
    """The priority that everybody sees who has the message, and everything that ever changed it."""
    trace, _ = house.traces.trace(PRACTICE, message, COMMAND)
    items = [
        house.read_inbox.delivery(ref(house, message, delivery.recipient.staff))[0] for delivery in trace.deliveries
    ]
    (now,) = {item.priority for item in items}
    return now, [change.cause for change in trace.priority_changes]


def holders(house: House, message: UUID) -> set[str]:
    trace, _ = house.traces.trace(PRACTICE, message, COMMAND)
    return {delivery.recipient.staff for delivery in trace.deliveries if delivery.state is not DeliveryState.MOVED}


@pytest.mark.parametrize("cause", list(SAID))
def test_promise_13_whatever_machines_do_an_urgent_message_stays_urgent(house: House, cause: Cause) -> None:
    house.furnish(with_urgency(), patients=[a_patient("sam", team=["ada"])])
    message = written(house, **SAID[cause])
    if cause is Cause.STAFF:
        house.urgency.change(ref(house, message), PriorityRequest(Priority.URGENT))

    # A whole ladder, somebody's absence, what the patient writes on, and settings without urgent messages.
    for _ in range(8):
        house.clock.by += timedelta(minutes=61)
        house.escalate.run()
    assert holders(house, message) == {"ben"}
    house.send_away("ben", cover="ann")
    house.absences.run()
    thread = house.accept.receipt(PRACTICE, message).conversation
    house.write(ReplyDraft("more", "sam", thread, "I have no trouble breathing now. It can wait."))
    house.route.run()
    house.save(settings(TOPICS, hours=Hours(PracticeHours(round_the_clock=True))))
    house.ladder_changes.run()
    house.sweep.hint()
    assert priority(house, message) == (Priority.URGENT, [cause])

    # A corrected topic, an answer, and a claim.
    holder = min(holders(house, message))
    house.correction.correct(ref(house, message, holder), CorrectionRequest(Topic.MEDICAL))
    assert holders(house, message) == {"ada"}
    house.replies.reply(ref(house, message, "ada"), ReplyRequest("Come in.", keep_open=True))
    house.replies.claim(ref(house, message, "ada"))
    house.read_inbox.mark(ref(house, message, "ada"), DeliveryState.DONE)

    assert priority(house, message) == (Priority.URGENT, [cause])
    house.notify.run()
    assert house.breaches() == {}


def test_promise_13_only_staff_lower_with_a_reason_and_on_record(house: House) -> None:
    house.furnish(with_urgency())
    message = written(house, body="I can't breathe.")
    mine = ref(house, message)

    with pytest.raises(Invalid):
        house.urgency.change(mine, PriorityRequest(Priority.ROUTINE))
    with pytest.raises(NotFound):
        house.urgency.change(replace(mine, staff="ada"), LOWER)
    assert priority(house, message) == (Priority.URGENT, [Cause.RED_FLAG])

    house.urgency.change(mine, LOWER)
    assert priority(house, message) == (Priority.ROUTINE, [Cause.RED_FLAG, Cause.STAFF])
    rows = house.operations.audit(PRACTICE, None, 50)
    lowered = [row.details for row in rows if row.action == Action.PRIORITY_CHANGED]
    assert [(one["priority"], one["reason"]) for one in lowered] == [("routine", "can_wait")]
    assert house.undo.undo(mine) is UndoableAct.PRIORITY
    assert priority(house, message)[0] is Priority.URGENT


def test_promise_13_an_undo_that_is_repeated_lowers_nothing(house: House) -> None:
    house.furnish(with_urgency())
    message = written(house)
    mine = ref(house, message)
    house.urgency.change(mine, PriorityRequest(Priority.URGENT))
    house.read_inbox.mark(mine, DeliveryState.DONE)
    assert house.undo.undo(mine) is UndoableAct.DONE

    with pytest.raises(Conflict):
        house.undo.undo(mine)

    assert priority(house, message) == (Priority.URGENT, [Cause.STAFF])


@pytest.mark.parametrize("sort", list(InboxSort))
@pytest.mark.parametrize("view", [InboxView.OPEN, InboxView.UNREAD])
def test_promise_13_no_list_hides_what_is_urgent(house: House, view: InboxView, sort: InboxSort) -> None:
    house.furnish(with_urgency())
    urgent = [written(house, f"urgent-{number}", body="I can't breathe.") for number in range(3)]
    routine = {written(house, f"routine-{number}") for number in range(5)}

    shown: list[UUID] = []
    after: InboxCursor | None = None
    while True:
        page = house.read_inbox.page(InboxRef(PRACTICE, "ann", COMMAND), InboxListing(view, sort), after, 3)
        shown += [item.message for item in page.items]
        after = page.next
        if after is None:
            break

    assert (shown[:3], set(shown[3:]), len(shown)) == (urgent, routine, 8)


@pytest.mark.parametrize("sort", list(InboxSort))
@pytest.mark.parametrize("view", [InboxView.OPEN, InboxView.UNREAD])
def test_promise_13_no_list_hides_what_changes_while_somebody_reads_on(
    house: House, view: InboxView, sort: InboxSort
) -> None:
    """What is in the list from the first page to the last is on exactly one of them."""
    house.furnish(with_urgency())
    chance = Random(f"{view} {sort}")  # noqa: S311 - which messages change, no secret.
    for number in range(4):
        written(house, f"urgent-{number}", body="I can't breathe.")
        written(house, f"routine-{number}")
    listing, shown, throughout = InboxListing(view, sort), Counter[UUID](), in_list(house, InboxListing(view, sort))

    after: InboxCursor | None = None
    while shown.total() == 0 or after is not None:
        page = house.read_inbox.page(InboxRef(PRACTICE, "ann", COMMAND), listing, after, chance.randint(1, 3))
        shown.update(item.message for item in page.items)
        change_something(house, chance, len(shown))
        throughout &= in_list(house, listing)
        after = page.next

    assert throughout
    assert {message: shown[message] for message in throughout} == dict.fromkeys(throughout, 1)
    assert set(shown.values()) == {1}


def in_list(house: House, listing: InboxListing) -> set[UUID]:
    page = house.read_inbox.page(InboxRef(PRACTICE, "ann", COMMAND), listing, None, 200)
    return {item.message for item in page.items}


def change_something(house: House, chance: Random, number: int) -> None:
    """An urgent message comes, and of those that ann has open one is raised, one lowered, one claimed and one read."""
    written(house, f"late-{number}", body="I can't breathe.")
    items = [item for item in house.inbox("ann").items if not item.owner]
    mine = [ref(house, item.message) for item in chance.sample(items, 4)]
    house.urgency.change(mine[0], PriorityRequest(Priority.URGENT))
    house.urgency.change(mine[1], LOWER)
    house.replies.claim(mine[2])
    house.read_inbox.mark(mine[3], DeliveryState.READ)


@pytest.mark.parametrize("body", ["I can't breathe.", "I can't breathe!\n" * 400, "No: I CAN'T BREATHE"])
def test_promise_13_no_word_keeps_a_message_from_being_accepted(house: House, body: str) -> None:
    house.furnish(with_urgency())
    draft = house.draft(body=body)

    receipt = house.write(draft)[0]
    house.route.run()

    assert receipt.accepted_with.advice is not None
    assert house.write(draft)[0].id == receipt.id
    assert house.accept.receipt(PRACTICE, receipt.id).status is State.DELIVERED
    assert [item.priority for item in house.inbox("ann").items] == [Priority.URGENT]
