"""The conversation of a delivery as staff read it."""

from dataclasses import dataclass

from router.audit import Action, AuditEntry
from router.messages.conversation import Conversation, Entry
from router.messages.earlier_entries import CAME_LATER, Circle, from_message_on
from router.messages.hand_overs import NoteOnHandOver
from router.messages.inbox import DeliveryRef, InboxItem
from router.messages.notes import StaffNote
from router.ports.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class StaffThread:
    """A conversation as staff see it: real names, hand-overs with their notes, and notes of colleagues.

    `has_earlier` says that entries from before this person came into the conversation are left out.
    """

    conversation: Conversation
    entries: tuple[Entry, ...]
    notes: tuple[NoteOnHandOver, ...]
    staff_notes: tuple[StaffNote, ...]
    names: dict[str, str]
    has_earlier: bool = False


def read_thread(
    work: UnitOfWork, practice: str, item: InboxItem, names: dict[str, str], *, earlier: bool = False
) -> StaffThread:
    """What a delivery shows of its conversation, with `earlier` all of it; `names` are those of the staff, by id."""
    conversation = work.conversations.get(practice, [item.conversation])[item.conversation]
    entries = tuple(work.conversations.entries(practice, [conversation.id]))
    hand_overs = tuple(work.replies.notes(practice, conversation.id))
    notes = tuple(work.notes.of(practice, conversation.id))
    whole = StaffThread(conversation, entries, hand_overs, notes, names)
    if earlier or Circle(conversation, hand_overs, _care_team(work, practice, item)).sees_all(item):
        return whole
    shown = from_message_on(entries, item.message)
    later_hand_overs = tuple(one for one in hand_overs if one.at >= item.received_at)
    later_notes = tuple(one for one in notes if one.at >= item.received_at)
    everything = len(entries) + len(hand_overs) + len(notes)
    has_earlier = len(shown) + len(later_hand_overs) + len(later_notes) < everything
    return StaffThread(conversation, shown, later_hand_overs, later_notes, names, has_earlier)


def read_on_record(ref: DeliveryRef, item: InboxItem, *, earlier: bool, **ids: str) -> AuditEntry:
    """The audit row of reading the conversation of a delivery; `earlier` is said where it was asked for."""
    details: dict[str, str | bool] = {"staff": ref.staff, **ids}
    if earlier:
        details["earlier"] = True
    return AuditEntry(ref.practice, ref.by, Action.CONVERSATION_READ, str(item.conversation), details)


def _care_team(work: UnitOfWork, practice: str, item: InboxItem) -> set[str]:
    """Who cares for the patient, where it matters."""
    if item.recipient.step not in CAME_LATER:
        return set()
    chart = work.roster.patients(practice, [item.patient])[item.patient]
    return {member.staff for member in chart.care_team}
