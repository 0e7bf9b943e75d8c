"""Whoever has left sees and does nothing any more, although a frontend's key still speaks for everybody."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from router.actors import COMMAND
from router.errors import NotFound
from router.flows.staff.bulk import BulkAct, BulkRequest
from router.flows.staff.correction import CorrectionRequest
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.inbox import InboxListing, InboxView
from router.flows.staff.notes import NoteRequest
from router.flows.staff.replies import ReplyRequest
from router.flows.staff.urgency import PriorityRequest
from router.messages.drafts import DraftKind, StaffDraft
from router.messages.inbox import DeliveryRef, InboxRef
from router.messages.inbox_search import InboxSearch
from router.messages.priority import Priority
from router.messages.quick_texts import NewQuickText
from router.messages.states import DeliveryState, Outcome
from router.messages.undo import UndoableAct
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.house import PRACTICE, House

BENS = InboxRef(PRACTICE, "ben", COMMAND)
DONE = InboxListing(InboxView.DONE)
TEXT = NewQuickText("Call", "Call us.")

Call = Callable[[House, DeliveryRef], object]
OF_THE_INBOX: dict[str, Call] = {
    "list": lambda house, _: house.read_inbox.page(BENS, DONE, None, 9),
    "search": lambda house, _: house.search_inbox.search(BENS, InboxSearch(text="bill"), None, 9),
    "subjects": lambda house, ref: house.read_inbox.subjects(BENS, [ref.delivery]),
    "undoable": lambda house, ref: house.undo.undoable(BENS, UndoableAct.DONE, [ref.delivery]),
    "quick texts": lambda house, _: house.quick_texts.offered(BENS),
    "add a quick text": lambda house, _: house.quick_texts.add(BENS, TEXT),
}
READING: dict[str, Call] = {
    "delivery": lambda house, ref: house.read_inbox.delivery(ref),
    "page": lambda house, ref: house.read_inbox.open(ref, DONE),
    "next": lambda house, ref: house.read_inbox.following(ref, DONE),
    "conversation": lambda house, ref: house.replies.conversation(ref),
    "earlier": lambda house, ref: house.replies.conversation(ref, earlier=True),
    "watch": lambda house, ref: house.watch_conversation.look(ref),
    "who has it": lambda house, ref: house.notes.holders(ref),
    "draft": lambda house, ref: house.drafts.get(ref),
}
ACTS: dict[str, Call] = {
    "mark": lambda house, ref: house.read_inbox.mark(ref, DeliveryState.UNREAD),
    "finish": lambda house, ref: house.read_inbox.mark(ref, DeliveryState.DONE, Outcome.ANSWERED_BY_PHONE),
    "claim": lambda house, ref: house.replies.claim(ref),
    "release": lambda house, ref: house.replies.release(ref),
    "reply": lambda house, ref: house.replies.reply(ref, ReplyRequest("Yes.")),
    "forward": lambda house, ref: house.forward.forward(ref, ForwardRequest("ada", "", whole_conversation=True)),
    "note": lambda house, ref: house.notes.note(ref, NoteRequest("Look.", ("ada",))),
    "look at a topic": lambda house, ref: house.correction.look(ref, Topic.OTHER),
    "topic": lambda house, ref: house.correction.correct(ref, CorrectionRequest(Topic.OTHER)),
    "priority": lambda house, ref: house.urgency.change(ref, PriorityRequest(Priority.URGENT)),
    "snooze": lambda house, ref: house.snooze.snooze(ref, house.operations.ready() + timedelta(hours=1)),
    "undo": lambda house, ref: house.undo.undo(ref),
    "save a draft": lambda house, ref: house.drafts.put(ref, StaffDraft("It is")),
    "erase a draft": lambda house, ref: house.drafts.erase(ref),
    "discard a draft": lambda house, ref: house.drafts.discard(ref, DraftKind.REPLY),
    "swap a draft": lambda house, ref: house.drafts.swap(ref, DraftKind.REPLY),
    "erase the other text": lambda house, ref: house.drafts.erase_other(ref, DraftKind.REPLY),
}
CALLS = OF_THE_INBOX | READING | ACTS


@pytest.fixture
def bens(house: House) -> DeliveryRef:
    """A delivery that ben has done, so that it stays with him when he leaves."""
    house.furnish(settings({Topic.BILLING: ["ann", "ben"]})).write()
    house.route.run()
    ref = DeliveryRef(PRACTICE, house.inbox("ben").items[0].delivery, "ben", COMMAND)
    house.read_inbox.mark(ref, DeliveryState.DONE)
    return ref


def _refused(house: House, call: Call, ref: DeliveryRef) -> str:
    before = [row.id for row in house.operations.audit(PRACTICE, None, 99)]
    with pytest.raises(NotFound) as refusal:
        call(house, ref)
    assert [row.id for row in house.operations.audit(PRACTICE, None, 99)] == before
    return refusal.value.detail


def test_no_call_works_for_somebody_who_has_left(house: House, bens: DeliveryRef) -> None:
    house.bring([a_staff("ben", active=False)])
    expected = dict.fromkeys(OF_THE_INBOX, "There is no such member of staff.")
    expected |= dict.fromkeys(READING | ACTS, "There is no such delivery in this inbox.")

    assert {name: _refused(house, call, bens) for name, call in CALLS.items()} == expected


def test_several_at_once_are_refused_one_by_one(house: House, bens: DeliveryRef) -> None:
    house.bring([a_staff("ben", active=False)])

    (answer,) = house.bulk.run(BENS, BulkRequest(BulkAct.UNREAD, (bens.delivery,)))

    assert isinstance(answer.refusal, NotFound)


def test_what_nobody_could_take_isnt_shown_to_the_leaver_either(house: House, bens: DeliveryRef) -> None:
    house.read_inbox.mark(bens, DeliveryState.UNREAD)
    house.bring([a_staff(one, active=False) for one in ("ada", "ann", "ben")])
    assert [one.reason for one in house.operations.parked(PRACTICE, None, 9)] == ["no_active_staff"] * 2

    for call in CALLS.values():
        _refused(house, call, bens)


def test_somebody_who_comes_back_finds_what_they_had(house: House, bens: DeliveryRef) -> None:
    house.bring([a_staff("ben", active=False)])
    house.bring([a_staff("ben")])

    assert [item.delivery for item in house.inbox("ben", InboxView.DONE).items] == [bens.delivery]
    assert house.replies.conversation(bens).entries


def test_quick_texts_of_a_leaver_stay_as_they_are(house: House, bens: DeliveryRef) -> None:
    mine = house.quick_texts.add(BENS, TEXT)
    house.bring([a_staff("ben", active=False)])

    _refused(house, lambda house, _: house.quick_texts.change(BENS, mine, NewQuickText("Mine", "Changed.")), bens)
    _refused(house, lambda house, _: house.quick_texts.remove(BENS, mine), bens)
    house.bring([a_staff("ben")])

    assert [one.text.body for one in house.quick_texts.offered(BENS).texts] == ["Call us."]
