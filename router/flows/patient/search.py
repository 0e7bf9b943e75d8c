"""Searching the messages that somebody may read in the portal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from router.access.sessions import PatientSession
from router.audit import Action, AuditEntry
from router.flows.patient.threads import acting_as, charts_read, put_on_record, reader
from router.messages.conversation import Conversation, ConversationSize, Entry
from router.messages.message import CONVERSATION_CHARACTERS
from router.messages.portal_lists import FoundConversation, PortalReader, check_sought, find
from router.paging import Position
from router.ports.unit_of_work import Database, UnitOfWork

# A search reads the texts of so many conversations at a time, and of so many in all before it asks to go on.
SLICE = 50
MOST_READ = 200
# It also asks to go on once it has read texts of so many characters, or of one conversation that has more.
MOST_CHARACTERS = 4 * CONVERSATION_CHARACTERS


@dataclass(frozen=True, slots=True)
class FoundMessages:
    """The conversations that were found, those with the newest entries first, and where to continue."""

    items: tuple[FoundConversation, ...]
    following: Position | None


@dataclass(frozen=True, slots=True)
class _Slice:
    """Conversations with their entries, oldest first, and where the next slice begins.

    `is_cut` says that more of them would have been too much text.
    """

    entries: Sequence[tuple[Conversation, Sequence[Entry]]] = field(repr=False)
    following: Position | None
    is_cut: bool

    @property
    def characters(self) -> int:
        """How much text there is in it."""
        return sum(len(entry.body) for _, entries in self.entries for entry in entries)


@dataclass(frozen=True, slots=True)
class SearchMessages:
    """Finds conversations that the searcher may read, by the words in them."""

    database: Database

    def search(self, person: PatientSession, sought: str, before: Position | None) -> FoundMessages:
        """Search up to 200 conversations. Raises Invalid with the field, and NotFound if the searcher may read nothing.

        No transaction is open while texts are compared. The audit records the conversations that are shown, before
        they are, but not the words.
        """
        check_sought(sought)
        found: list[FoundConversation] = []
        following, left = before, MOST_CHARACTERS
        for _ in range(MOST_READ // SLICE):
            some = self._read(person, following, left)
            hits = (find(sought, conversation, entries) for conversation, entries in some.entries)
            found += [hit for hit in hits if hit is not None]
            following, left = some.following, left - some.characters
            if following is None or some.is_cut or left <= 0:
                break
        details: dict[str, str | int | bool | list[str]] = {**acting_as(person.acting)}
        details["conversations"] = [str(one.conversation.id) for one in found]
        action = Action.CONVERSATIONS_SEARCHED
        put_on_record(self.database, AuditEntry(person.practice.id, person.actor, action, person.patient.id, details))
        return FoundMessages(tuple(found), following)

    def _read(self, person: PatientSession, before: Position | None, left: int) -> _Slice:
        """The next conversations, as of one moment, while the patient's side has so many characters `left` in them."""
        practice = person.practice.id
        with self.database.snapshot() as work:
            chart, user = reader(work, practice, person.patient.id, person.acting)
            lists = PortalReader(practice, charts_read(work, practice, chart, user), person.acting)
            listed = work.portal_lists.latest(lists, before, SLICE + 1)
            sizes = work.conversations.sizes(practice, [one.id for one in listed[:SLICE]])
            taken = _as_fits(listed[:SLICE], sizes, left)
            entries = _entries(work, practice, taken)
        following = _place(entries[-1]) if len(taken) < len(listed) else None
        return _Slice(entries, following, is_cut=len(taken) < len(listed[:SLICE]))


def _as_fits(
    listed: Sequence[Conversation], sizes: Mapping[UUID, ConversationSize], left: int
) -> Sequence[Conversation]:
    """The first of these that the patient's side has written so many characters in, or the first one if it has more."""
    for place, conversation in enumerate(listed):
        left -= sizes[conversation.id].characters
        if left < 0:
            return listed[: max(place, 1)]
    return listed


def _entries(
    work: UnitOfWork, practice: str, conversations: Sequence[Conversation]
) -> list[tuple[Conversation, Sequence[Entry]]]:
    """These conversations with their entries, oldest first."""
    entries: dict[UUID, list[Entry]] = {one.id: [] for one in conversations}
    for entry in work.conversations.entries(practice, list(entries)):
        entries[entry.conversation].append(entry)
    return [(one, entries[one.id]) for one in conversations]


def _place(last: tuple[Conversation, Sequence[Entry]]) -> Position:
    """Where a conversation stands among those that were written in last."""
    conversation, entries = last
    return entries[-1].at, conversation.id
