"""Notes for colleagues: who reads them, what a mention gives, and what is earlier."""

import pytest

from router.actors import COMMAND
from router.errors import Conflict, Invalid, KeyReused, NotFound
from router.flows.staff.conversation import StaffThread
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.inbox import InboxView
from router.flows.staff.notes import NoteRequest
from router.flows.staff.replies import ReplyRequest
from router.messages.drafts import DraftKind, StaffDraft
from router.messages.events import KNOWN_BEFORE
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from router.messages.notes import MOST_MENTIONS, NOTE_LIMIT
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings
from tests.house import PRACTICE, STAFF, House

TEXT = "Was the dose changed? canary-2d"
PATIENTS = (a_patient("pat", team=["cleo"]), a_patient("sam"))


@pytest.fixture
def anns(house: House) -> DeliveryRef:
    """The second message of a conversation, after a reply of ann, with a note of ben about the first."""
    people = (*STAFF, a_staff("cleo"), a_staff("left", active=False))
    house.furnish(settings({Topic.BILLING: ["ann", "ben"]}), staff=people, patients=PATIENTS)
    first = house.write(house.draft("first", patient="pat", body="First."))[0]
    house.route.run()
    house.notes.note(_of(house, "ben"), NoteRequest("An early note."))
    house.replies.reply(_of(house, "ann"), ReplyRequest("An early reply."))
    house.write(ReplyDraft("second", "pat", first.conversation, "Second."))
    house.route.run()
    return _of(house, "ann")


def _of(house: House, staff: str) -> DeliveryRef:
    return DeliveryRef(PRACTICE, house.inbox(staff).items[0].delivery, staff, COMMAND)


def _bodies(thread: StaffThread) -> list[str]:
    return [entry.body for entry in thread.entries]


def _notes(thread: StaffThread) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(note.author, note.text, note.mentions) for note in thread.staff_notes]


def test_a_note_is_read_by_colleagues_and_by_no_patient(house: House, anns: DeliveryRef) -> None:
    written = house.notes.note(anns, NoteRequest(f"{TEXT}\n "))

    thread = house.replies.conversation(anns)
    assert _notes(thread) == [("ben", "An early note.", ()), ("ann", TEXT, ())]
    assert thread.staff_notes[-1] == written
    patients = house.conversations.thread(PRACTICE, thread.conversation.id, None, COMMAND)
    row = house.operations.audit(PRACTICE, None, 3)
    with house.database.look() as work:
        events = work.events.after(PRACTICE, 0, KNOWN_BEFORE, 100)
    trace, _ = house.traces.trace(PRACTICE, thread.entries[-1].id, COMMAND)
    assert "canary-2d" not in repr((patients, row, events, trace, written, NoteRequest(TEXT)))
    assert "conversation.noted" in [entry.action for entry in house.operations.audit(PRACTICE, None, 4)]
    assert [item.staff for item in house.inbox("ada").items] == []


def test_a_mention_gives_this_message_and_the_note_and_nothing_earlier(house: House, anns: DeliveryRef) -> None:
    assert house.notes.holders(anns) == {"ann"}
    house.notes.note(anns, NoteRequest(TEXT, ("ada",)))

    adas = _of(house, "ada")
    thread = house.replies.conversation(adas)
    assert (_bodies(thread), _notes(thread), thread.has_earlier) == (["Second."], [("ann", TEXT, ("ada",))], True)
    assert house.notes.holders(anns) == {"ada", "ann"}

    opened = house.read_inbox.open(adas, earlier=True).thread
    assert (_bodies(opened), opened.has_earlier) == (["First.", "An early reply.", "Second."], False)
    assert _bodies(house.replies.conversation(adas, earlier=True)) == _bodies(opened)
    assert len(opened.staff_notes) == 2
    rows = house.operations.audit(PRACTICE, None, 3)
    assert [row.details.get("earlier") for row in rows] == [True, True, None]
    assert house.breaches() == {}
    assert house.inbox("ada").items[0].recipient.represents == "ann"


def test_the_care_team_a_new_owner_and_whoever_got_everything_see_all(house: House, anns: DeliveryRef) -> None:
    house.notes.note(anns, NoteRequest(TEXT, ("cleo",)))
    assert not house.replies.conversation(_of(house, "cleo")).has_earlier

    house.notes.note(anns, NoteRequest(TEXT, ("ada",)))
    house.forward.forward(anns, ForwardRequest("ada", "", whole_conversation=True))
    adas = DeliveryRef(PRACTICE, house.inbox("ada").items[0].delivery, "ada", COMMAND)
    house.replies.release(adas)
    assert not house.replies.conversation(adas).has_earlier


def test_a_forward_of_one_message_shows_it_and_what_comes_after_it(house: House, anns: DeliveryRef) -> None:
    house.forward.forward(anns, ForwardRequest("ada", "Please look.", whole_conversation=False))

    thread = house.replies.conversation(_of(house, "ada"))
    assert (_bodies(thread), [note.note for note in thread.notes]) == (["Second."], ["Please look."])
    house.replies.reply(_of(house, "ada"), ReplyRequest("Late reply.", last_seen=thread.entries[-1].id))
    adas = DeliveryRef(PRACTICE, house.inbox("ada", InboxView.DONE).items[0].delivery, "ada", COMMAND)
    assert _bodies(house.replies.conversation(adas)) == ["Second.", "Late reply."]


def test_who_has_the_message_finds_it_unread_and_gets_no_second_one(house: House, anns: DeliveryRef) -> None:
    house.notes.note(anns, NoteRequest(TEXT, ("ada",)))
    adas = _of(house, "ada")
    house.read_inbox.mark(adas, DeliveryState.DONE)

    house.notes.note(anns, NoteRequest("Once more.", ("ada",)))

    assert [(item.delivery, item.state) for item in house.inbox("ada").items] == [(adas.delivery, DeliveryState.UNREAD)]
    assert house.breaches() == {}


def test_a_repeat_writes_nothing_twice_and_erases_the_draft(house: House, anns: DeliveryRef) -> None:
    house.drafts.put(anns, StaffDraft("Was the", DraftKind.COLLEAGUES))
    first, second = (house.notes.note(anns, NoteRequest(TEXT, ("ada",), "key")) for _ in range(2))

    assert first == second
    assert len(house.replies.conversation(anns).staff_notes) == 2
    assert house.drafts.put(anns, StaffDraft("Was the d", DraftKind.COLLEAGUES, "key")) is None
    with pytest.raises(NotFound):
        house.drafts.get(anns, DraftKind.COLLEAGUES)
    with pytest.raises(KeyReused):
        house.notes.note(anns, NoteRequest("Another.", ("ada",), "key"))


@pytest.mark.parametrize(
    ("text", "mentions", "wrong"),
    [
        (" ", (), ["text"]),
        ("x" * (NOTE_LIMIT + 1), (), ["text"]),
        ("x", ("ann",), ["mentions.0"]),
        ("x", ("ada", "left"), ["mentions.1"]),
        ("x", ("ada", "nobody"), ["mentions.1"]),
        ("x", ("ada", "ada"), ["mentions.1"]),
        ("x", ("ada",) * (MOST_MENTIONS + 1), ["mentions", *(f"mentions.{n}" for n in range(1, MOST_MENTIONS + 1))]),
    ],
)
def test_what_can_not_be_saved_is_named(
    house: House, anns: DeliveryRef, text: str, mentions: tuple[str, ...], wrong: list[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        house.notes.note(anns, NoteRequest(text, mentions))

    assert [error.field for error in refused.value.errors] == wrong
    assert len(house.replies.conversation(anns).staff_notes) == 1


def test_a_note_needs_a_delivery_that_is_here(house: House, anns: DeliveryRef) -> None:
    with pytest.raises(NotFound):
        house.notes.note(DeliveryRef(PRACTICE, anns.delivery, "ben", COMMAND), NoteRequest(TEXT))
    house.send_away("ann", "ada")
    with house.database.begin() as work:
        work.replies.move(PRACTICE, [anns.delivery])
        work.commit()

    with pytest.raises(Conflict):
        house.notes.note(anns, NoteRequest(TEXT))


def test_everything_stays_in_the_practice(house: House, anns: DeliveryRef) -> None:
    house.furnish(practice="elsewhere")

    with pytest.raises(NotFound):
        house.notes.note(DeliveryRef("elsewhere", anns.delivery, "ann", COMMAND), NoteRequest(TEXT))
