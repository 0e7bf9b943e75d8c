"""What staff have begun to write: kept for its author, and for nobody longer than needed."""

from datetime import timedelta

import pytest

from router.actors import COMMAND
from router.errors import Invalid, NotFound
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.replies import ReplyRequest
from router.messages.drafts import DRAFT_LIMIT, KEPT_FOR, DraftKind, StaffDraft
from router.messages.events import KNOWN_BEFORE
from router.messages.inbox import DeliveryRef
from router.messages.message import BODY_LIMIT
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.house import PRACTICE, House

TO_BOTH = settings({Topic.BILLING: ["ann", "ben"]})
HALF = StaffDraft("Half a reply\n ")
NOTE = StaffDraft("Half a note", DraftKind.NOTE)


@pytest.fixture
def anns(house: House) -> DeliveryRef:
    """A delivery of ann; ben has its sibling."""
    house.furnish(TO_BOTH).write()
    house.route.run()
    return _of(house, "ann")


def _of(house: House, staff: str) -> DeliveryRef:
    return DeliveryRef(PRACTICE, house.inbox(staff).items[0].delivery, staff, COMMAND)


def _kept(house: House, ref: DeliveryRef) -> dict[DraftKind, str]:
    with house.database.look() as work:
        return {kind: draft.body for kind, draft in work.drafts.of(ref.practice, ref.delivery).items()}


def test_a_draft_is_kept_as_it_was_typed_and_replaced(house: House, anns: DeliveryRef) -> None:
    house.drafts.put(anns, HALF)
    house.drafts.put(anns, NOTE)
    saved = house.drafts.put(anns, StaffDraft("More of it\n "))

    found = house.drafts.get(anns)

    assert found == saved
    assert (found.body, found.other) == ("More of it\n ", None)
    assert house.drafts.get(anns, DraftKind.NOTE).body == "Half a note"
    house.drafts.put(anns, StaffDraft(" \n"))
    with pytest.raises(NotFound):
        house.drafts.get(anns)
    for _ in range(2):
        house.drafts.erase(anns, DraftKind.NOTE)
    assert _kept(house, anns) == {}


def test_a_draft_is_its_authors_alone(house: House, anns: DeliveryRef) -> None:
    bens = _of(house, "ben")
    house.drafts.put(anns, HALF)

    as_ben = DeliveryRef(PRACTICE, anns.delivery, "ben", COMMAND)
    for act in (house.drafts.get, house.drafts.erase):
        with pytest.raises(NotFound):
            act(as_ben)
    with pytest.raises(NotFound):
        house.drafts.put(as_ben, StaffDraft("Another"))
    with pytest.raises(NotFound):
        house.drafts.get(bens)

    assert [house.inbox(staff).items[0].has_draft for staff in ("ann", "ben")] == [True, False]
    assert _kept(house, anns) == {DraftKind.REPLY: HALF.body}


def test_what_is_too_long_to_be_sent_is_kept_and_what_can_not_be_stored_is_refused(
    house: House, anns: DeliveryRef
) -> None:
    house.drafts.put(anns, StaffDraft("x" * (BODY_LIMIT + 1)))

    for body in ("x" * (DRAFT_LIMIT + 1), "a\x00b"):
        with pytest.raises(Invalid) as refused:
            house.drafts.put(anns, StaffDraft(body))
        assert [error.field for error in refused.value.errors] == ["body"]

    assert len(house.drafts.get(anns).body) == BODY_LIMIT + 1


def test_sending_erases_what_was_begun_and_a_save_that_comes_late_keeps_nothing(
    house: House, anns: DeliveryRef
) -> None:
    house.drafts.put(anns, HALF)
    house.drafts.put(anns, NOTE)

    house.replies.reply(anns, ReplyRequest("A whole reply.", idempotency_key="key"))
    assert _kept(house, anns) == {DraftKind.NOTE: NOTE.body}
    assert house.drafts.put(anns, StaffDraft("A whole rep", idempotency_key="key")) is None

    house.forward.forward(anns, ForwardRequest("ada", "A whole note.", whole_conversation=False, idempotency_key="to"))
    assert house.drafts.put(anns, StaffDraft("A whole no", DraftKind.NOTE, "to")) is None
    assert _kept(house, anns) == {}
    # With a key of its own it is something new.
    assert house.drafts.put(anns, StaffDraft("One more", idempotency_key="other")) is not None


def test_a_reply_that_is_refused_keeps_the_draft(house: House, anns: DeliveryRef) -> None:
    house.drafts.put(anns, HALF)

    with pytest.raises(Invalid):
        house.replies.reply(anns, ReplyRequest(" "))

    assert _kept(house, anns) == {DraftKind.REPLY: HALF.body}


def test_leaving_erases_what_was_begun(house: House, anns: DeliveryRef) -> None:
    bens = _of(house, "ben")
    house.drafts.put(anns, HALF)
    house.drafts.put(bens, HALF)

    house.bring([a_staff("ann", active=False)])

    assert (_kept(house, anns), _kept(house, bens)) == ({}, {DraftKind.REPLY: HALF.body})


def test_a_draft_that_nobody_touched_for_fourteen_days_is_erased(house: House, anns: DeliveryRef) -> None:
    house.drafts.put(anns, HALF)
    house.clock.by = KEPT_FOR - timedelta(hours=1)
    house.drafts.put(anns, NOTE)
    assert house.purge_drafts.run() == 0

    house.clock.by = KEPT_FOR + timedelta(hours=1)

    assert house.purge_drafts.run() == 1
    assert _kept(house, anns) == {DraftKind.NOTE: NOTE.body}


def test_a_draft_is_in_no_search_trace_or_event(house: House, anns: DeliveryRef) -> None:
    """The record says that a draft was read over the API, and nothing of what it says."""
    house.drafts.put(anns, StaffDraft("canary-5c1"))
    house.drafts.get(anns)
    item = house.inbox("ann").items[0]

    trace, _ = house.traces.trace(PRACTICE, item.message, COMMAND)
    with house.database.look() as work:
        events = work.events.after(PRACTICE, 0, KNOWN_BEFORE, 100)
    audit = house.operations.audit(PRACTICE, None, 100)

    assert "canary-5c1" not in repr((trace, events, audit, item, StaffDraft("canary-5c1"), house.drafts.get(anns)))
    assert "draft.read" in [row.action for row in audit]
