"""What the templates of the inbox are given: a delivery as one line of a list, and a conversation as entries."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from adapters.http.pages.kit.render import local_day
from adapters.http.pages.kit.times import lately, soon
from router.flows.staff.conversation import StaffThread
from router.flows.staff.inbox import InboxView
from router.flows.staff.inbox_search import FoundPage
from router.messages.cascade import HandOver
from router.messages.conversation import Author, Entry
from router.messages.conversation_news import ConversationState
from router.messages.explanation import why
from router.messages.hand_overs import NoteOnHandOver
from router.messages.inbox import InboxItem
from router.messages.notes import StaffNote
from router.messages.passages import LONGEST, passage
from router.messages.priority import Priority
from router.messages.states import DeliveryState
from router.messaging.snapshot import PracticeSnapshot
from router.text.dates import date_in_words

TABS = (
    (InboxView.OPEN, "Open"),
    (InboxView.UNREAD, "Unread"),
    (InboxView.MINE, "Mine"),
    (InboxView.LATER, "Later"),
    (InboxView.DONE, "Done"),
)

STATES_IN_WORDS = {
    DeliveryState.UNREAD: "Unread",
    DeliveryState.READ: "Read",
    DeliveryState.DONE: "Done",
    DeliveryState.MOVED: "Moved to somebody else",
}

ROLES_OF_HAND_OVERS = {
    HandOver.FORWARD: "forwarded, for staff only",
    HandOver.ABSENCE: "covers during an absence",
    HandOver.OVERDUE: "passed on by an administrator, from the list of overdue messages",
    HandOver.STEP: "passed on by a step of the ladder",
    HandOver.ON_CALL: "passed on to the person on call",
    HandOver.CORRECTION: "passed on when the topic was corrected",
}


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A delivery in a list, and at the head of its own page."""

    delivery: str
    patient: str = field(repr=False)
    born: str = field(repr=False)
    record_number: str = field(repr=False)
    carer: str | None = field(repr=False)
    topic: str
    site: str
    subject: str = field(repr=False)
    excerpt: str = field(repr=False)
    state: str
    unread: bool
    done: bool
    moved: bool
    held: tuple[str, ...]
    reason: str
    at: datetime
    # When that was, as short as a list can say it.
    came: str
    has_draft: bool
    answer_by: datetime | None
    # The same, as short as a list can say it.
    answer_soon: str
    late: bool
    urgent: bool = False
    why_urgent: str = field(default="", repr=False)
    # Until when it is put off; whether it has come back and nothing was done with it since.
    sleeps_until: datetime | None = None
    came_back: bool = False
    # Whose reply the excerpt is of, where a search found it by one.
    found_in: str = ""


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


def line_of(item: InboxItem, snapshot: PracticeSnapshot) -> InboxRow:
    """The delivery in words."""
    site = snapshot.sites.get(item.site or "")
    return InboxRow(
        delivery=str(item.delivery),
        patient=item.patient_name,
        born=date_in_words(item.birth_date) if item.birth_date else "not known",
        record_number=item.record_number or "none",
        carer=None if item.sender is None else item.sender_name or "An authorized user",
        topic=item.topic.label,
        site=site.name if site else "No site",
        subject=item.subject,
        excerpt=_excerpt(item.body),
        state=STATES_IN_WORDS[item.state],
        unread=item.state is DeliveryState.UNREAD,
        done=item.state is DeliveryState.DONE,
        moved=item.state is DeliveryState.MOVED,
        held=_held(item, snapshot),
        reason=why(item.recipient, _names(snapshot), item.arrival),
        at=item.received_at,
        came=lately(item.received_at, snapshot.at, snapshot.practice.time_zone),
        has_draft=item.has_draft,
        answer_by=item.answer_by if item.waits else None,
        answer_soon=soon(item.answer_by, snapshot.at, snapshot.practice.time_zone) if item.answer_by else "",
        late=item.is_late(snapshot.at),
        urgent=item.priority is Priority.URGENT,
        why_urgent=item.why_urgent(_names(snapshot)) or "",
        sleeps_until=item.snoozed_until if item.sleeps(snapshot.at) else None,
        came_back=item.snoozed_until is not None and not item.sleeps(snapshot.at),
    )


def found_line(item: InboxItem, found: FoundPage, snapshot: PracticeSnapshot) -> InboxRow:
    """The delivery as a search found it: with the passage of the message, or of a reply, that has the words."""
    row, reply = line_of(item, snapshot), found.replies.get(item.delivery)
    if reply is None:
        return replace(row, excerpt=passage(item.body, found.words))
    who = "You" if reply.author == item.staff else found.names.get(reply.author, reply.author)
    replied = f"{who} replied on {local_day(reply.at, snapshot.practice)}:"
    return replace(row, excerpt=passage(reply.body, found.words), found_in=replied)


def _names(snapshot: PracticeSnapshot) -> dict[str, str]:
    return {member.id: member.name for member in snapshot.staffing.members.values()}


def _excerpt(body: str) -> str:
    return passage(body[: LONGEST * 2], ())


def _held(item: InboxItem, snapshot: PracticeSnapshot) -> tuple[str, ...]:
    """Who takes care of it, in words."""
    said = []
    if item.owner == item.staff:
        said.append("Owned by you")
    elif item.owner is not None:
        said.append(f"Owned by {snapshot.name_of(item.owner)}")
    if item.handled_by is not None and item.handled_by != item.owner:
        said.append(f"Handled by {snapshot.name_of(item.handled_by)}")
    return tuple(said)


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
            who = _from_to(note, thread, me)
            role = ROLES_OF_HAND_OVERS[note.kind] + (", taken back" if note.taken_back else "")
            found[key] = ThreadEntryView("", who, role, note.at, note.note or "", is_note=True)
    return list(found.values())


def _from_to(note: NoteOnHandOver, thread: StaffThread, me: str) -> str:
    """Who had it and who got it; where nobody had it before, giver and taker are the same person."""
    taker = f"to {_name_within(note.taker, thread, me)}"
    return f"T{taker[1:]}" if note.giver == note.taker else f"{_name(note.giver, thread, me)} {taker}"


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


def typing_in_words(state: ConversationState, snapshot: PracticeSnapshot) -> str:
    """Who is writing a reply now; empty where nobody is."""
    names = [snapshot.name_of(one) for one in state.typing]
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} writing a reply now." if names else ""


def _name_within(staff: str, thread: StaffThread, me: str) -> str:
    """The name in the middle of a sentence."""
    return "you" if staff == me else _name(staff, thread, me)


def _name(staff: str, thread: StaffThread, me: str) -> str:
    return "You" if staff == me else thread.names.get(staff, staff)


def newer(entries: Sequence[Entry], seen: str) -> set[str]:
    """The ids of the entries after the one that somebody has seen."""
    ids = [str(entry.id) for entry in entries]
    return set(ids[ids.index(seen) + 1 :]) if seen in ids else set()
