"""The conversation of a delivery as staff read it."""

from dataclasses import dataclass

from router.audit import Action
from router.messages.conversation import Conversation, Entry
from router.messages.hand_overs import NoteOnHandOver
from router.messages.inbox import InboxItem
from router.messages.reach import Reach, reach_of
from router.messages.topic_change import TopicChange
from router.ports.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class StaffThread:
    """A conversation as staff see it: real names, and the notes that they wrote to each other.

    `hides_earlier` says that there are entries from before its reader came into it, which they can ask for.
    """

    conversation: Conversation
    entries: tuple[Entry, ...]
    notes: tuple[NoteOnHandOver, ...]
    names: dict[str, str]
    moves: tuple[TopicChange, ...] = ()
    hides_earlier: bool = False


def action_of(*, earlier: bool) -> Action:
    """What is put on record of reading it."""
    return Action.EARLIER_READ if earlier else Action.CONVERSATION_READ


def read_thread(
    work: UnitOfWork, practice: str, item: InboxItem, names: dict[str, str], *, earlier: bool = False
) -> StaffThread:
    """The conversation of a delivery, as far as its holder sees it; with what is `earlier` where they ask for it.

    `names` are those of the practice's staff, by id.
    """
    conversation = work.conversations.get(practice, [item.conversation])[item.conversation]
    reach = _reach(work, practice, item, conversation)
    shown = Reach(None, reach.until) if earlier else reach
    entries = work.conversations.entries(practice, [conversation.id])
    notes = work.replies.notes(practice, conversation.id)
    moves = work.corrections.changes(practice, [conversation.id]).get(conversation.id, ())
    return StaffThread(
        conversation,
        tuple(entry for entry in entries if shown.shows(entry.at)),
        tuple(note for note in notes if shown.shows(note.at)),
        names,
        tuple(move for move in moves if shown.shows(move.at)),
        hides_earlier=shown.since is not None and any(entry.at < shown.since for entry in entries),
    )


def _reach(work: UnitOfWork, practice: str, item: InboxItem, conversation: Conversation) -> Reach:
    """Owners, chosen providers and the patient's care team see all of it."""
    reach = reach_of(work.inbox.held(practice, item.staff, conversation.id))
    if reach.is_whole or item.staff in {conversation.owner, conversation.chosen}:
        return Reach()
    chart = work.roster.patients(practice, [item.patient])[item.patient]
    return Reach() if any(member.staff == item.staff for member in chart.care_team) else reach
