"""Taking back done, claim, release and forward: everything stands as before, or nothing is changed."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from router.actors import COMMAND
from router.errors import Conflict, NotFound
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.inbox import InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import DeliveryRef, InboxRef
from router.messages.message import ReplyDraft
from router.messages.states import DeliveryState, Outcome
from router.messages.undo import ConversationStand, UndoableAct
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.house import PRACTICE, House

TO_BOTH = settings({Topic.BILLING: ["ann", "ben"]})
WHOLE = ForwardRequest("ada", "Please.", whole_conversation=True)


@pytest.fixture
def anns(house: House) -> DeliveryRef:
    """A delivery of ann; ben has its sibling, and both have not read it."""
    house.furnish(TO_BOTH).write()
    house.route.run()
    return _of(house, "ann")


def _of(house: House, staff: str) -> DeliveryRef:
    return DeliveryRef(PRACTICE, house.inbox(staff).items[0].delivery, staff, COMMAND)


def _stand(house: House, ref: DeliveryRef) -> ConversationStand:
    with house.database.look() as work:
        item = work.inbox.item(PRACTICE, ref.delivery)
        assert item is not None
        return work.undo.stand(PRACTICE, item.conversation)


def _done(house: House, ref: DeliveryRef) -> None:
    house.read_inbox.mark(ref, DeliveryState.DONE)


def _release(house: House, ref: DeliveryRef) -> None:
    house.replies.release(ref)


Act = Callable[[House, DeliveryRef], None]
ACTS: dict[UndoableAct, Act] = {
    UndoableAct.DONE: _done,
    UndoableAct.CLAIM: lambda house, ref: house.replies.claim(ref),
    UndoableAct.RELEASE: _release,
    UndoableAct.FORWARD: lambda house, ref: house.forward.forward(ref, WHOLE),
}


@pytest.mark.parametrize("act", list(ACTS))
@pytest.mark.parametrize("state", [DeliveryState.UNREAD, DeliveryState.READ])
def test_what_was_done_is_taken_back_whole(
    house: House, anns: DeliveryRef, act: UndoableAct, state: DeliveryState
) -> None:
    if state is DeliveryState.READ:
        house.read_inbox.mark(anns, state)
    if act is UndoableAct.RELEASE:
        house.replies.claim(anns)
    before = _stand(house, anns)
    ACTS[act](house, anns)
    assert _stand(house, anns) != before

    assert house.undo.undo(anns) is act

    after = _stand(house, anns)
    assert after.owner == before.owner
    assert {delivery: after.deliveries[delivery] for delivery in before.deliveries} == before.deliveries
    # The colleague who got it by the forward sees that it has gone.
    assert house.inbox("ada").items == ()
    gone = [item.state for item in house.inbox("ada", InboxView.DONE).items]
    assert gone == ([DeliveryState.MOVED] if act is UndoableAct.FORWARD else [])
    notes = house.replies.conversation(anns).notes
    assert [note.taken_back for note in notes] == ([True] if act is UndoableAct.FORWARD else [])
    assert house.breaches() == {}
    assert ("delivery.undone", {"staff": "ann", "act": act.value}) in [
        (row.action, row.details) for row in house.operations.audit(PRACTICE, None, 100)
    ]
    with pytest.raises(Conflict, match="nothing to undo"):
        house.undo.undo(anns)


def _refused(house: House, ref: DeliveryRef, words: str) -> None:
    before = _stand(house, ref)
    with pytest.raises(Conflict, match=words):
        house.undo.undo(ref)
    assert _stand(house, ref) == before


def test_nothing_is_taken_back_after_a_minute(house: House, anns: DeliveryRef) -> None:
    _done(house, anns)
    house.clock.by = timedelta(seconds=61)

    _refused(house, anns, "within a minute")

    assert house.purge_undos.run() == 0
    house.clock.by = timedelta(minutes=3)
    assert house.purge_undos.run() == 1
    _refused(house, anns, "nothing to undo")


def test_nothing_is_taken_back_once_a_colleague_has_acted(house: House, anns: DeliveryRef) -> None:
    bens = _of(house, "ben")
    _done(house, anns)
    _done(house, bens)
    _refused(house, anns, "has acted")

    house.replies.claim(anns)
    house.replies.release(anns)
    house.replies.claim(bens)
    _refused(house, anns, "has acted")


def test_nothing_is_taken_back_once_who_got_it_has_read_or_answered_it(house: House, anns: DeliveryRef) -> None:
    house.forward.forward(anns, ForwardRequest("ada", "", whole_conversation=False))
    house.replies.reply(_of(house, "ada"), ReplyRequest("An answer."))

    _refused(house, anns, "has acted")


def test_a_colleague_takes_nothing_back(house: House, anns: DeliveryRef) -> None:
    _done(house, anns)

    with pytest.raises(NotFound):
        house.undo.undo(DeliveryRef(PRACTICE, anns.delivery, "ben", COMMAND))
    _refused(house, _of(house, "ben"), "nothing to undo")


def test_a_forward_to_somebody_who_had_it_done_leaves_it_done_when_taken_back(house: House, anns: DeliveryRef) -> None:
    bens = _of(house, "ben")
    _done(house, bens)
    before = _stand(house, anns)

    house.forward.forward(anns, ForwardRequest("ben", "Again.", whole_conversation=False))
    assert _stand(house, anns).deliveries[bens.delivery].state is DeliveryState.UNREAD
    house.undo.undo(anns)

    assert _stand(house, anns) == before


@pytest.mark.parametrize("outcome", list(Outcome))
def test_what_was_finished_with_an_outcome_stays_so(house: House, anns: DeliveryRef, outcome: Outcome) -> None:
    """The patient's side may have seen it."""
    house.replies.claim(anns)
    house.read_inbox.mark(anns, DeliveryState.DONE, outcome)
    before = _stand(house, anns)

    with pytest.raises(Conflict, match="nothing to undo"):
        house.undo.undo(anns)

    assert _stand(house, anns) == before


def test_a_claim_before_a_reply_that_keeps_the_message_open_stays(house: House, anns: DeliveryRef) -> None:
    house.read_inbox.mark(anns, DeliveryState.READ)
    house.replies.claim(anns)
    house.replies.reply(anns, ReplyRequest("We look.", keep_open=True))

    with pytest.raises(Conflict, match="nothing to undo"):
        house.undo.undo(anns)

    assert _stand(house, anns).owner == "ann"


def test_what_came_by_a_forward_and_was_done_is_open_again_without_a_run(house: House, anns: DeliveryRef) -> None:
    """The message is its owner's to answer; who had it by a forward alone takes back their own act."""
    house.forward.forward(anns, ForwardRequest("ada", "Please look.", whole_conversation=False))
    adas = _of(house, "ada")
    _done(house, adas)

    assert house.undo.undo(adas) is UndoableAct.DONE
    assert [item.state for item in house.inbox("ada").items] == [DeliveryState.UNREAD]


def test_a_new_owner_keeps_the_conversation_in_which_the_patient_has_written_since(
    house: House, anns: DeliveryRef
) -> None:
    """What was written went to the new owner alone, and would stay there."""
    house.forward.forward(anns, WHOLE)
    house.clock.by += timedelta(seconds=5)
    thread = house.read_inbox.delivery(anns)[0].conversation
    house.write(ReplyDraft("again", "sam", thread, "Still there?"))
    house.route.run()

    _refused(house, anns, "has written")


def test_a_conversation_goes_back_to_nobody_if_its_owner_has_left(house: House, anns: DeliveryRef) -> None:
    house.replies.claim(_of(house, "ben"))
    _done(house, _of(house, "ben"))
    house.forward.forward(anns, WHOLE)
    house.bring([a_staff("ben", active=False)])

    assert house.undo.undo(anns) is UndoableAct.FORWARD

    assert _stand(house, anns).owner is None
    assert [item.delivery for item in house.inbox("ann").items] == [anns.delivery]
    assert house.breaches() == {}


@pytest.mark.parametrize("act", list(ACTS))
def test_only_the_act_that_is_named_is_taken_back(house: House, anns: DeliveryRef, act: UndoableAct) -> None:
    inbox = InboxRef(PRACTICE, "ann", COMMAND)
    if act is UndoableAct.RELEASE:
        house.replies.claim(anns)
    ACTS[act](house, anns)
    before = _stand(house, anns)

    for other in set(UndoableAct) - {act}:
        assert house.undo.undoable(inbox, other, [anns.delivery]) == ()
        with pytest.raises(Conflict, match="done something else"):
            house.undo.undo(anns, other)
    assert _stand(house, anns) == before

    assert house.undo.undoable(inbox, act, [anns.delivery]) == (anns.delivery,)
    assert house.undo.undo(anns, act) is act
    with pytest.raises(Conflict, match="nothing to undo"):
        house.undo.undo(anns, act)


TAKEN = [UndoableAct.CLAIM, UndoableAct.DONE]


def emails(house: House) -> list[str]:
    """What ben is sent until nothing is due any more."""
    house.mailer.sent.clear()
    while (done := house.notify.run()).sent or done.suppressed:
        pass
    return [mail.kind.value for mail in house.mailer.sent if mail.recipient == "ben@clinic.example"]


@pytest.mark.parametrize("act", TAKEN)
def test_a_colleague_whose_email_was_suppressed_meanwhile_is_told_that_it_is_back(
    house: House, anns: DeliveryRef, act: UndoableAct
) -> None:
    ACTS[act](house, anns)
    assert emails(house) == []
    house.hints.given.clear()

    house.undo.undo(anns)

    assert house.hints.given["notify"] == 1
    assert emails(house) == ["staff_returned"]
    assert house.breaches() == {}


@pytest.mark.parametrize("act", TAKEN)
def test_a_worker_that_is_about_to_suppress_it_does_not_lose_the_email(
    house: House, anns: DeliveryRef, act: UndoableAct
) -> None:
    ACTS[act](house, anns)
    with house.database.begin() as work:
        lease = work.notifications.lease(house.notify.ids.new(), 60, 9)
        work.commit()

    house.undo.undo(anns)

    assert house.notify.send(lease).suppressed > 0
    assert emails(house) == ["staff_returned"]


@pytest.mark.parametrize("act", TAKEN)
def test_a_colleague_who_has_got_their_email_or_will_gets_no_other(
    house: House, anns: DeliveryRef, act: UndoableAct
) -> None:
    ACTS[act](house, anns)
    house.undo.undo(anns)
    assert emails(house) == ["staff_delivery"]

    ACTS[act](house, anns)
    house.undo.undo(anns)

    assert emails(house) == []


def test_one_whose_email_that_it_came_back_was_suppressed_is_told_once_more(house: House, anns: DeliveryRef) -> None:
    emails(house)
    house.read_inbox.mark(_of(house, "ben"), DeliveryState.READ)
    house.read_inbox.mark(_of(house, "ben"), DeliveryState.DONE)
    house.read_inbox.mark(anns, DeliveryState.UNREAD)
    house.forward.forward(anns, ForwardRequest("ben", "", whole_conversation=False))
    house.replies.claim(anns)
    assert emails(house) == []

    house.undo.undo(anns)

    assert emails(house) == ["staff_returned"]
