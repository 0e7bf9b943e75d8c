"""A conversation as its page shows it: what was written, by whom, and how it was passed on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from router.flows.staff.conversation import StaffThread
from router.messages.cascade import HandOver
from router.messages.conversation import Author, Entry
from router.messages.hand_overs import NoteOnHandOver
from router.messages.notes import StaffNote
from router.messaging.ladder import Do

# Who passed a message on that its holder didn't: they are named, and not as the one who did it.
ACTORS = {
    HandOver.OVERDUE: "An administrator",
    HandOver.STEP: "The ladder",
    HandOver.ON_CALL: "The practice",
    HandOver.CORRECTION: "A colleague",
}
ACTS = {
    HandOver.OVERDUE: "gave it to {taker}, from the list of overdue messages",
    HandOver.STEP: "gave it to {taker}",
    HandOver.ON_CALL: "gave it to {taker}, on call while it was closed",
    HandOver.CORRECTION: "gave it to {taker}, because the topic was corrected",
}
ACTS_OF_STEPS = {
    Do.WIDEN: "gave it to {taker} as well, because it was not dealt with in time",
    Do.HAND_OVER: "handed it over to {taker}, because it was not dealt with in time",
}


@dataclass(frozen=True, slots=True)
class ThreadEntryView:
    """One entry of a conversation, or a note of staff about handing it on (`is_note`)."""

    id: str
    who: str = field(repr=False)
    role: str
    at: datetime
    body: str = field(repr=False)
    is_note: bool = False
    is_staff: bool = False


def entry_views(thread: StaffThread, me: str) -> list[ThreadEntryView]:
    """Everything that was written in a conversation and about it, oldest first."""
    said = [*(_entry(entry, thread, me) for entry in thread.entries), *_hand_overs(thread, me), *_notes(thread, me)]
    said += _moves(thread, me)
    return sorted(said, key=lambda one: one.at)


def _entry(entry: Entry, thread: StaffThread, me: str) -> ThreadEntryView:
    if entry.author is Author.STAFF:
        name = _name(entry.author_id, thread, me)
        return ThreadEntryView(
            str(entry.id), name, f"shown to the patient as {entry.shown_as}", entry.at, entry.body, is_staff=True
        )
    role = "patient" if entry.author is Author.PATIENT else "for the patient"
    return ThreadEntryView(str(entry.id), entry.shown_as, role, entry.at, entry.body)


def _notes(thread: StaffThread, me: str) -> list[ThreadEntryView]:
    """What colleagues wrote to each other; a note says whom it mentions, so that it needs no hand-over beside it."""
    return [
        ThreadEntryView(
            str(note.id), _name(note.author, thread, me), _role_of_note(note, thread, me), note.at, note.text,
            is_note=True,
        )
        for note in thread.staff_notes
    ]  # fmt: skip


def _role_of_note(note: StaffNote, thread: StaffThread, me: str) -> str:
    to = " and ".join(_name_within(one, thread, me) for one in note.mentions)
    return f"note to {to}, for staff only" if to else "note, for staff only"


def _hand_overs(thread: StaffThread, me: str) -> list[ThreadEntryView]:
    """Hand-overs; one of a whole conversation is shown once, not for each message."""
    found: dict[tuple[str, str, datetime], ThreadEntryView] = {}
    for note in thread.notes:
        if note.mention:
            continue
        key = (note.giver, note.taker, note.at)
        before = found.get(key)
        if before is None or (note.note and not before.body):
            who, role = _passed_on(note, thread, me)
            role += ", taken back" if note.taken_back else ""
            found[key] = ThreadEntryView("", who, role, note.at, note.note or "", is_note=True)
    return list(found.values())


def _passed_on(note: NoteOnHandOver, thread: StaffThread, me: str) -> tuple[str, str]:
    """Who passed it on, and to whom. Only a forward is an act of the person who had it."""
    taker = _name_within(note.taker, thread, me)
    if note.kind is HandOver.FORWARD:
        return f"{_name(note.giver, thread, me)} to {taker}", "forwarded, for staff only"
    if note.kind is HandOver.ABSENCE:
        absent = "you" if note.giver == me else thread.names.get(note.giver, note.giver)
        return _name(note.taker, thread, me), f"got it as the cover for {absent} during an absence"
    act = ACTS_OF_STEPS.get(note.did, ACTS[note.kind]) if note.did is not None else ACTS[note.kind]
    return ACTORS[note.kind], act.format(taker=taker)


def _moves(thread: StaffThread, me: str) -> list[ThreadEntryView]:
    return [
        ThreadEntryView(
            "",
            _name(move.staff, thread, me),
            f"moved it from {move.before.label} to {move.after.label}",
            move.at,
            move.note or "",
            is_note=True,
        )
        for move in thread.moves
    ]


def _name_within(staff: str, thread: StaffThread, me: str) -> str:
    """The name in the middle of a sentence."""
    return "you" if staff == me else _name(staff, thread, me)


def _name(staff: str, thread: StaffThread, me: str) -> str:
    return "You" if staff == me else thread.names.get(staff, staff)


def newer(entries: Sequence[Entry], seen: str) -> set[str]:
    """The ids of the entries after the one that somebody has seen."""
    ids = [str(entry.id) for entry in entries]
    return set(ids[ids.index(seen) + 1 :]) if seen in ids else set()
