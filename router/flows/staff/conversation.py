"""The conversation of a delivery as staff read it."""

from dataclasses import dataclass
from uuid import UUID

from router.audit import Action, AuditEntry
from router.messages.conversation import Conversation, Entry
from router.messages.hand_overs import NoteOnHandOver
from router.messages.inbox import DeliveryRef, InboxItem
from router.messages.notes import StaffNote
from router.messages.reach import Reach, reach_of
from router.messages.topic_change import TopicChange
from router.ports.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class StaffThread:
    """A conversation as staff see it: real names, hand-overs with their notes, and notes of colleagues.

    `has_earlier` says that entries from before this person joined the conversation are left out.
    """

    conversation: Conversation
    entries: tuple[Entry, ...]
    notes: tuple[NoteOnHandOver, ...]
    staff_notes: tuple[StaffNote, ...]
    names: dict[str, str]
    has_earlier: bool = False
    moves: tuple[TopicChange, ...] = ()


def read_thread(
    work: UnitOfWork, practice: str, item: InboxItem, names: dict[str, str], *, earlier: bool = False
) -> StaffThread:
    """The part of the conversation that a delivery shows; `earlier` adds entries from before its holder joined.

    `names` are those of the staff, by id.
    """
    conversation = work.conversations.get(practice, [item.conversation])[item.conversation]
    reach = read_reach(work, practice, item, conversation)
    shown = Reach(None, reach.until) if earlier else reach
    # What colleagues wrote to each other shows from when somebody came into it.
    came = item.first_received_at or item.received_at
    beside = Reach(came if shown.since is not None else None, reach.until)
    entries = work.conversations.entries(practice, [conversation.id])
    hand_overs = work.replies.notes(practice, conversation.id)
    notes = work.notes.of(practice, conversation.id)
    moves = work.corrections.changes(practice, [conversation.id]).get(conversation.id, ())
    before = [entry.at for entry in entries if shown.since is not None and entry.at < shown.since]
    written = [*(handed.at for handed in hand_overs), *(note.at for note in notes)]
    before += [at for at in written if beside.since is not None and at < beside.since]
    return StaffThread(
        conversation,
        tuple(entry for entry in entries if shown.shows(entry.at)),
        tuple(one for one in hand_overs if beside.shows(one.at)),
        tuple(note for note in notes if beside.shows(note.at)),
        names,
        has_earlier=bool(before),
        moves=tuple(move for move in moves if beside.shows(move.at)),
    )


def read_on_record(ref: DeliveryRef, conversation: UUID, *, earlier: bool, **ids: str) -> AuditEntry:
    """The audit row of reading a delivery's conversation, which says whether `earlier` was requested."""
    details: dict[str, str | bool] = {"staff": ref.staff, **ids}
    if earlier:
        details["earlier"] = True
    return AuditEntry(ref.practice, ref.by, Action.CONVERSATION_READ, str(conversation), details)


def read_reach(work: UnitOfWork, practice: str, item: InboxItem, conversation: Conversation) -> Reach:
    """What of the conversation its holder sees; owners, chosen providers and the care team see all of it."""
    reach = reach_of(work.inbox.held(practice, item.staff, conversation.id))
    if reach.is_whole or item.staff in {conversation.owner, conversation.chosen}:
        return Reach()
    chart = work.roster.patients(practice, [item.patient])[item.patient]
    return Reach() if any(member.staff == item.staff for member in chart.care_team) else reach
