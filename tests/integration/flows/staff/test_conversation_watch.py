"""How far a conversation has got, and who is writing there."""

from datetime import timedelta
from uuid import UUID

import pytest

from router.actors import COMMAND
from router.errors import NotFound
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.notes import NoteRequest
from router.flows.staff.replies import ReplyRequest
from router.messages.conversation_news import TYPING_WITHIN
from router.messages.drafts import DraftKind, StaffDraft
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE, House


def _of(house: House, staff: str) -> DeliveryRef:
    return DeliveryRef(PRACTICE, house.inbox(staff).items[0].delivery, staff, COMMAND)


@pytest.fixture
def anns(house: House) -> DeliveryRef:
    """A delivery of ann; ben has its sibling."""
    house.furnish(settings({Topic.BILLING: ["ann", "ben"]})).write()
    house.route.run()
    return _of(house, "ann")


def test_the_mark_changes_with_everything_that_colleagues_do(house: House, anns: DeliveryRef) -> None:
    bens, conversation = _of(house, "ben"), house.inbox("ben").items[0].conversation
    marks = [house.watch_conversation.look(anns).mark]

    def note_mark() -> None:
        mark = house.watch_conversation.look(anns).mark
        assert mark not in marks
        assert house.watch_conversation.look(anns).mark == mark
        marks.append(mark)

    house.replies.claim(bens)
    note_mark()
    house.notes.note(bens, NoteRequest("Look."))
    note_mark()
    house.forward.forward(bens, ForwardRequest("ada", "", whole_conversation=False))
    note_mark()
    house.undo.undo(bens)
    note_mark()
    house.replies.reply(bens, ReplyRequest("Yes."))
    note_mark()
    house.write(ReplyDraft("more", "sam", conversation, "One more thing."))
    note_mark()
    house.read_inbox.mark(anns, DeliveryState.UNREAD)
    assert house.watch_conversation.look(anns).mark == marks[-1]
    with house.database.begin() as work:
        work.replies.move(PRACTICE, [anns.delivery])
        work.commit()
    note_mark()


def test_who_saved_a_draft_of_a_reply_just_now_is_writing(house: House, anns: DeliveryRef) -> None:
    bens = _of(house, "ben")
    house.drafts.put(anns, StaffDraft("canary-9d"))
    house.drafts.put(bens, StaffDraft("A note", DraftKind.NOTE))
    assert house.watch_conversation.look(anns).typing == ()

    house.drafts.put(bens, StaffDraft("canary-9d"))
    seen = house.watch_conversation.look(anns)
    assert (seen.typing, "canary-9d" in repr(seen)) == (("ben",), False)
    assert house.watch_conversation.look(bens).typing == ("ann",)

    house.clock.by = TYPING_WITHIN + timedelta(seconds=1)
    assert house.watch_conversation.look(anns).typing == ()
    house.clock.by = timedelta()
    house.drafts.erase(bens)
    assert house.watch_conversation.look(anns).typing == ()


def test_it_is_ones_own_delivery_that_is_watched_and_nothing_is_on_record(house: House, anns: DeliveryRef) -> None:
    bens = _of(house, "ben").delivery
    rows = house.operations.audit(PRACTICE, None, 100)
    for staff, delivery in (("ben", anns.delivery), ("ann", bens), ("ann", UUID(int=1))):
        with pytest.raises(NotFound):
            house.watch_conversation.look(DeliveryRef(PRACTICE, delivery, staff, COMMAND))
    house.watch_conversation.look(anns)

    assert house.operations.audit(PRACTICE, None, 100) == rows
