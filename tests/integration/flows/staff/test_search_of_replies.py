"""Searching for words of replies: what a delivery shows is found by it, and nothing else."""

from datetime import timedelta
from uuid import UUID

import pytest

from adapters.database.ids import SETTLED
from router.actors import COMMAND
from router.flows.staff import inbox_search
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.notes import NoteRequest
from router.flows.staff.replies import ReplyRequest
from router.messages.drafts import StaffDraft
from router.messages.inbox import DeliveryRef, InboxRef
from router.messages.inbox_search import InboxSearch
from router.messages.message import ReplyDraft
from router.messages.states import DeliveryState
from router.ports.search_words import UnindexedReply
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE, House

pytestmark = pytest.mark.both_engines

TO_ANN_AND_BEN = settings({Topic.BILLING: ["ann", "ben"]})
WORDS = ("amoxicillin", "bandage", "cough", "dressing", "elbow", "fracture")


def ref(house: House, staff: str) -> DeliveryRef:
    """The newest delivery of somebody."""
    return _of(everything(house, staff)[0], staff)


def everything(house: House, staff: str) -> list[UUID]:
    """All deliveries of somebody, newest first, whatever their state."""
    found = house.search_inbox.search(InboxRef(PRACTICE, staff, COMMAND), InboxSearch(topic=Topic.BILLING), None, 50)
    return [item.delivery for item in found.items]


def find(house: House, staff: str, text: str) -> list[UUID]:
    inbox = InboxRef(PRACTICE, staff, COMMAND)
    return [item.delivery for item in house.search_inbox.search(inbox, InboxSearch(text=text), None, 50).items]


def reply(house: House, staff: str, body: str) -> None:
    newest = house.replies.conversation(ref(house, staff)).entries[-1].id
    house.replies.reply(ref(house, staff), ReplyRequest(body, newest))


def write_again(house: House, number: int) -> None:
    """The patient goes on in the same conversation."""
    item, _ = house.read_inbox.delivery(ref(house, "ann"))
    house.write(ReplyDraft(f"again-{number}", "sam", item.conversation, f"Again, {number}."))
    house.route.run()


def begin(house: House) -> House:
    house.furnish(TO_ANN_AND_BEN)
    house.write(house.draft("one"))
    house.route.run()
    return house


def test_words_of_replies_are_found_once_by_those_who_read_them(house: House) -> None:
    begin(house)
    reply(house, "ann", "Take the Amoxicillin with food.")
    write_again(house, 1)
    reply(house, "ann", "Put a bandage on.")

    first, second = everything(house, "ann")[1], everything(house, "ann")[0]
    assert find(house, "ann", "amoxi") == [first]
    assert find(house, "ann", "amoxicillin bill") == [first]
    assert find(house, "ann", "bandage") == [second]
    # Ben has the first message alone, whose page shows both.
    assert find(house, "ben", "amoxi") == find(house, "ben", "bandage") == everything(house, "ben")
    assert find(house, "ada", "amoxi") == []


def test_notes_and_drafts_are_never_found(house: House) -> None:
    begin(house)
    house.notes.note(ref(house, "ann"), NoteRequest("He forgot his crutches."))
    house.drafts.put(ref(house, "ann"), StaffDraft("Bring your umbrella."))
    house.forward.forward(ref(house, "ann"), ForwardRequest("ada", "About the wheelchair.", whole_conversation=False))
    reply(house, "ben", "Come on Monday.")

    for staff in ("ada", "ann", "ben"):
        assert (
            find(house, staff, "crutches") == find(house, staff, "umbrella") == find(house, staff, "wheelchair") == []
        )
        assert len(find(house, staff, "monday")) == 1


def test_a_search_finds_the_replies_that_the_page_shows_and_no_others(house: House) -> None:
    """Somebody came in by a forward; somebody's message was moved, and somebody came back to the conversation."""
    begin(house)
    reply(house, "ann", WORDS[0])
    write_again(house, 1)
    house.forward.forward(ref(house, "ann"), ForwardRequest("ada", "Please look.", whole_conversation=False))
    _compare(house)
    reply(house, "ann", WORDS[1])
    house.read_inbox.mark(ref(house, "ada"), DeliveryState.DONE)
    house.read_inbox.mark(ref(house, "ben"), DeliveryState.UNREAD)
    house.send_away("ben", "ada")
    assert house.absences.run()
    reply(house, "ann", WORDS[2])
    write_again(house, 2)
    reply(house, "ann", WORDS[3])
    _compare(house)
    assert find(house, "ben", WORDS[1]) != find(house, "ben", WORDS[2]) == []

    house.roster.end_absence(PRACTICE, "ben", COMMAND)
    house.replies.release(ref(house, "ann"))
    write_again(house, 3)
    house.read_inbox.mark(ref(house, "ben"), DeliveryState.DONE)
    _compare(house)
    assert find(house, "ben", WORDS[2]) != []


def _compare(house: House) -> None:
    for staff in ("ada", "ann", "ben"):
        bodies = {
            delivery: {entry.body for entry in house.replies.conversation(_of(delivery, staff)).entries}
            for delivery in everything(house, staff)
        }
        for word in WORDS:
            showing = {delivery for delivery, shown in bodies.items() if word in shown}
            found = find(house, staff, word)
            assert len(found) == bool(showing), (staff, word)
            assert set(found) <= showing, (staff, word)


def _of(delivery: UUID, staff: str) -> DeliveryRef:
    return DeliveryRef(PRACTICE, delivery, staff, COMMAND)


def test_the_sweep_indexes_replies_once_they_have_settled(house: House) -> None:
    begin(house)
    for number, word in enumerate(WORDS[:3]):
        reply(house, "ann", word)
        write_again(house, number)
    house.index_words.run()
    assert house.index_words.run() == 0
    house.clock.by = SETTLED + timedelta(seconds=1)

    messages = 4
    assert house.index_words.run() == messages + 3
    assert house.index_words.run() == 0
    with house.database.look() as work:
        assert work.reply_words.missing(PRACTICE, 10) == []
    assert len(find(house, "ann", WORDS[0])) == 1
    assert "canary" not in repr(UnindexedReply(PRACTICE, UUID(int=1), UUID(int=2), "canary"))


def test_a_search_says_when_replies_are_still_to_be_indexed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(house)
    for number, word in enumerate(WORDS[:3]):
        reply(house, "ann", word)
        write_again(house, number)
    monkeypatch.setattr(inbox_search, "MOST_INDEXED", 2)

    pages = [
        house.search_inbox.search(InboxRef(PRACTICE, "ann", COMMAND), InboxSearch(text=WORDS[0]), None, 9)
        for _ in range(3)
    ]

    assert [(len(page.items), page.is_indexing) for page in pages] == [(0, True), (1, True), (1, False)]


def passages(house: House, staff: str, text: str) -> dict[UUID, tuple[str, str]]:
    """By delivery: who wrote the reply by which it was found, and the reply."""
    found = house.search_inbox.search(InboxRef(PRACTICE, staff, COMMAND), InboxSearch(text=text), None, 50)
    return {delivery: (one.author, one.body) for delivery, one in found.replies.items()}


def test_what_was_found_by_a_reply_comes_with_it_and_with_who_wrote_it(house: House) -> None:
    begin(house)
    reply(house, "ann", "Take the Amoxicillin with food.")
    reply(house, "ann", "Or the Amoxicillin syrup, in the evening.")

    (delivery,) = everything(house, "ben")
    assert passages(house, "ben", "amoxi food") == {delivery: ("ann", "Take the Amoxicillin with food.")}
    assert passages(house, "ben", "amoxi") == {delivery: ("ann", "Or the Amoxicillin syrup, in the evening.")}
    assert passages(house, "ben", "bill") == passages(house, "ada", "amoxi") == {}


def test_a_reply_that_a_delivery_does_not_show_is_not_told(house: House) -> None:
    begin(house)
    reply(house, "ann", "An elbow, and what nobody else may read.")
    write_again(house, 1)
    house.forward.forward(ref(house, "ann"), ForwardRequest("ada", "Please look.", whole_conversation=False))
    reply(house, "ann", "A fracture of the elbow.")

    (adas,) = everything(house, "ada")
    assert passages(house, "ada", "elbow") == {adas: ("ann", "A fracture of the elbow.")}
    first = everything(house, "ann")[1]
    assert passages(house, "ann", "elbow")[first] == ("ann", "An elbow, and what nobody else may read.")
